// SPDX-License-Identifier: MIT
// Meetings and one meeting: its participants, who join and leave here, what they say, and what is
// recorded and streamed.
import { operate } from "../api.js";
import { h } from "../dom.js";
import { badge, count, named, time } from "../format.js";
import { empty, facts, identity, pretty } from "../parts.js";
import { link } from "../router.js";
import { hidden } from "../secrets.js";
import { list } from "./list.js";
import { addForm, participants, said, sayForm } from "./participants.js";
import { exampleButton } from "./rooms.js";

function newMeeting(context) {
  const onsubmit = (event) => {
    event.preventDefault();
    const form = event.target;
    const title = form.elements.title.value.trim();
    context.act(async () => {
      const made = await operate(context.place, "POST", "/meetings", title ? { title } : {});
      form.reset();
      location.hash = link("meetings", made.id);
    }, "The meeting is created.");
  };
  return h(
    "form",
    { class: "row inline", onsubmit, "aria-label": "New meeting" },
    h("input", { name: "title", id: "title", placeholder: "Title", "aria-label": "Title of a new meeting", autocomplete: "off" }),
    h("button", { id: "create" }, "New meeting"),
  );
}

function presence(meeting) {
  if (!meeting.session_id) return h("span", { class: "none" }, "–");
  return h("span", { class: "badge good" }, `${count(meeting.present)} in the room`);
}

function mediaButtons(meeting, context) {
  const record = () =>
    context.act(
      () => operate(context.place, "POST", "/recordings", { meeting_id: meeting.id }),
      "The recording begins in 3 s of the clock.",
    );
  const stream = () =>
    context.act(
      () => operate(context.place, "POST", `/meetings/${meeting.id}/livestreams`, {}),
      "The livestream begins in 3 s of the clock.",
    );
  return h(
    "div",
    { class: "row" },
    h("button", { id: "record", onclick: record }, "Start recording"),
    h("button", { id: "stream", onclick: stream }, "Start livestream"),
    h("a", { class: "button", href: link("recordings", null, { meeting_id: meeting.id }) }, "Its recordings"),
    h("a", { class: "button", href: link("livestreams", null, { meeting_id: meeting.id }) }, "Its livestreams"),
    h("a", { class: "button", href: link("sessions", null, { meeting_id: meeting.id }) }, "Its sessions"),
  );
}

function detail(data, route, context) {
  const meeting = data.row;
  return [
    h("div", { class: "title-row" }, h("h1", {}, named(meeting.title)), badge(meeting.status), presence(meeting)),
    facts(["Id", identity(meeting.id)], ["Created", time(meeting.created, context.now)]),
    mediaButtons(meeting, context),
    participants(data, route, context),
    meeting.present > 0 && sayForm(data, context),
    said(data, context),
    addForm(meeting, context),
    h("details", {}, h("summary", {}, "Fields as they were written"), pretty(hidden(data.fields), "Fields")),
  ];
}

export const meetings = list({
  kind: "meetings",
  title: "Meetings",
  one: "meeting",
  many: "meetings",
  statuses: ["ACTIVE", "INACTIVE"],
  actions: newMeeting,
  columns: (context) => [
    { head: "Title", cell: (meeting) => h("a", { href: link("meetings", meeting.id) }, named(meeting.title)) },
    { head: "Now", cell: presence },
    { head: "Participants", number: true, cell: (meeting) => count(meeting.participants) },
    { head: "Status", cell: (meeting) => badge(meeting.status) },
    { head: "Created", cell: (meeting) => time(meeting.created, context.now) },
    { head: "Id", cell: (meeting) => h("code", {}, meeting.id) },
  ],
  nothing: (context) =>
    empty(
      "There is no meeting yet.",
      h("p", {}, "Programs create them with POST /meetings; so does the form above."),
      exampleButton(context),
    ),
  detail,
});
