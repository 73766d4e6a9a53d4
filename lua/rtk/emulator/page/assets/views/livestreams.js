// SPDX-License-Identifier: MIT
// Livestreams with their life cycle: ingest starts and stops here, viewers come and go, streams
// fail.
import { call, operate } from "../api.js";
import { h } from "../dom.js";
import { badge, count, named, span, time } from "../format.js";
import { empty, facts, identity, life, row, table } from "../parts.js";
import { link } from "../router.js";
import { secret } from "../secrets.js";
import { list } from "./list.js";

function steps(livestream) {
  const current = livestream.current || {};
  const end = livestream.status === "ERRORED" ? "ERRORED" : "IDLE";
  return [
    ["INVOKED", current.created || livestream.created],
    ["LIVE", current.started],
    [end, null],
  ];
}

function name(livestream) {
  return livestream.name || livestream.title;
}

function buttons(livestream, context) {
  const button = (text, run, said, kind) =>
    h(
      "button",
      { class: `small ${kind || ""}`, onclick: () => context.act(run, said), "aria-label": `${text}: ${name(livestream) || livestream.id}` },
      text,
    );
  const { id, meeting_id: meeting, current } = livestream;
  const on = (call_name, members) => () => call(call_name, { id, ...members });
  const stop = () => operate(context.place, "POST", `/meetings/${meeting}/active-livestream/stop`);
  return row(
    livestream.takes_ingest && button("Start ingest", on("start_ingest"), "The livestream is LIVE."),
    livestream.ends_ingest && button("Stop ingest", on("stop_ingest"), "The ingest has stopped."),
    meeting && current && !livestream.is_stopping && button("Stop", stop, "The livestream stops in 3 s of the clock."),
    current && button("+1 viewer", on("add_viewers", { count: 1 }), "Someone watches."),
    current && current.viewers > 0 && button("−1 viewer", on("add_viewers", { count: -1 }), "Someone has gone."),
    current && button("Fail", on("fail_livestream"), "The livestream has failed.", "danger"),
  );
}

function detail(data, _, context) {
  const livestream = data.row;
  const columns = [
    { head: "Invoked", cell: (session) => time(session.created, context.now) },
    { head: "Live", cell: (session) => time(session.started, context.now) },
    { head: "Stopped", cell: (session) => time(session.stopped, context.now) },
    { head: "Live for", number: true, cell: (session) => span(session.streamed) },
    { head: "Watched for", number: true, cell: (session) => span(session.viewed) },
    { head: "Failure", cell: (session) => session.err_message || "–" },
  ];
  return [
    h("div", { class: "title-row" }, h("h1", {}, named(name(livestream), "unnamed livestream")), badge(livestream.status)),
    life(steps(livestream), livestream.status, context.now),
    buttons(livestream, context),
    facts(
      ["Id", identity(livestream.id)],
      livestream.meeting_id && ["Meeting", h("a", { href: link("meetings", livestream.meeting_id) }, named(livestream.title))],
      ["Playback", h("code", {}, data.playback_url)],
      ["Stream key", secret(data.stream_key, "stream key", context)],
    ),
    h("h2", {}, "Sessions"),
    data.sessions.length ? table("Sessions of the livestream", columns, data.sessions) : empty("It was never live."),
  ];
}

export const livestreams = list({
  kind: "livestreams",
  title: "Livestreams",
  one: "livestream",
  many: "livestreams",
  statuses: ["INVOKED", "LIVE", "IDLE", "ERRORED"],
  columns: (context) => [
    {
      head: "Name, life cycle",
      cell: (livestream) =>
        h(
          "div",
          {},
          h("a", { href: link("livestreams", livestream.id) }, named(name(livestream), "unnamed")),
          life(steps(livestream).map(([step]) => [step]), livestream.status),
        ),
    },
    { head: "Viewers", number: true, cell: (livestream) => (livestream.current ? count(livestream.current.viewers) : "–") },
    { head: "Live for", number: true, cell: (livestream) => (livestream.current ? span(livestream.current.streamed) : "–") },
    { head: "Created", cell: (livestream) => time(livestream.created, context.now) },
    { head: "Actions", cell: (livestream) => buttons(livestream, context) },
  ],
  nothing: () =>
    empty(
      "There is no livestream yet.",
      h("p", {}, "Start one in a meeting, or create one of the app with POST /livestreams."),
      h("a", { class: "button primary", href: link("meetings") }, "Open a meeting"),
    ),
  detail,
});
