// SPDX-License-Identifier: MIT
// Sessions, live or over, and one session: who was in it and what was said.
import { h } from "../dom.js";
import { badge, count, named, span, time } from "../format.js";
import { empty, facts, identity, table } from "../parts.js";
import { link } from "../router.js";
import { list } from "./list.js";
import { said } from "./participants.js";

function detail(data, _, context) {
  const session = data.row;
  const columns = [
    { head: "Name", cell: (peer) => named(peer.name, "no name") },
    { head: "Joined", cell: (peer) => time(peer.joined, context.now) },
    { head: "Left", cell: (peer) => (peer.left ? time(peer.left, context.now) : badge("LIVE")) },
    { head: "For", number: true, cell: (peer) => span((peer.left || context.now) - peer.joined) },
  ];
  return [
    h("div", { class: "title-row" }, h("h1", {}, named(session.title)), badge(session.status)),
    facts(
      ["Id", identity(session.id)],
      ["Meeting", h("a", { href: link("meetings", session.meeting_id) }, named(session.title))],
      ["Started", time(session.started, context.now)],
      session.ended && ["Ended", time(session.ended, context.now)],
      session.reason && ["Why", session.reason],
      ["Minutes of all", session.minutes],
      ["Most at once", session.max_concurrent],
    ),
    h("h2", {}, "Who was in it"),
    data.peers.length ? table("Who was in it", columns, data.peers) : empty("Nobody yet."),
    said(data),
  ];
}

export const sessions = list({
  kind: "sessions",
  title: "Sessions",
  one: "session",
  many: "sessions",
  statuses: ["LIVE", "ENDED"],
  columns: (context) => [
    { head: "Meeting", cell: (session) => h("a", { href: link("sessions", session.id) }, named(session.title)) },
    { head: "Status", cell: (session) => badge(session.status) },
    { head: "In it now", number: true, cell: (session) => count(session.present) },
    { head: "Most at once", number: true, cell: (session) => count(session.max_concurrent) },
    { head: "Minutes", number: true, cell: (session) => session.minutes },
    { head: "Started", cell: (session) => time(session.started, context.now) },
    { head: "Ended", cell: (session) => time(session.ended, context.now) },
  ],
  nothing: () =>
    empty(
      "There was no session yet.",
      h("p", {}, "One starts when the first participant joins a meeting."),
      h("a", { class: "button primary", href: link("meetings") }, "Open a meeting"),
    ),
  detail,
});
