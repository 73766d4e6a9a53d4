// SPDX-License-Identifier: MIT
// The participants of a meeting: a table with Join and Leave, the form for what they say, what was
// said, and the form that adds one.
import { call, operate } from "../api.js";
import { h } from "../dom.js";
import { count, named, span } from "../format.js";
import { empty, pager, row, table } from "../parts.js";
import { leave, unmute } from "./rooms.js";

function join(participant, meeting, context) {
  const who = { participant_id: participant.id, meeting_id: meeting.id, ...context.place };
  return context.act(() => call("join", who), `${participant.name || "The participant"} has joined.`);
}

function state(participant, context) {
  if (!participant.peer_id) return h("span", { class: "none" }, "not there");
  return row(
    h("span", { class: "badge good" }, `in the room for ${span(context.now - participant.since)}`),
    participant.muted && h("span", { class: "badge busy" }, "muted"),
  );
}

function buttons(participant, meeting, context) {
  const name = participant.name || participant.custom_participant_id;
  const peer = { id: participant.peer_id, name };
  // All in a row, so that Join becomes Leave in place and keeps the focus.
  if (!peer.id) {
    const onclick = () => join(participant, meeting, context);
    return row(h("button", { class: "small", onclick, "aria-label": `Join: ${name}` }, "Join"));
  }
  return row(
    h("button", { class: "small", onclick: () => leave(peer, context), "aria-label": `Leave: ${name}` }, "Leave"),
    participant.muted &&
      h("button", { class: "small", onclick: () => unmute(peer, context), "aria-label": `Unmute: ${name}` }, "Unmute"),
  );
}

/** The table of the participants. */
export function participants(data, route, context) {
  const found = data.participants;
  const columns = [
    { head: "Name", cell: (participant) => named(participant.name, "no name") },
    { head: "Now", cell: (participant) => state(participant, context) },
    { head: "Custom id", cell: (participant) => participant.custom_participant_id },
    { head: "Preset", cell: (participant) => participant.preset_name },
    { head: "Actions", cell: (participant) => buttons(participant, data.row, context) },
  ];
  return h(
    "section",
    { "data-key": "participants", "aria-labelledby": "participants" },
    h("h2", { id: "participants" }, `Participants (${count(found.total)})`),
    found.rows.length ? table("Participants", columns, found.rows) : empty("No participant yet.", h("p", {}, "Add one below.")),
    pager(found, route),
  );
}

/** The form for chat and speech of those who are in the room. */
export function sayForm(data, context) {
  const present = data.participants.rows.filter((participant) => participant.peer_id);
  const onsubmit = (event) => {
    event.preventDefault();
    const form = event.target;
    const name = event.submitter.value;
    const members = { peer_id: form.elements.peer.value, text: form.elements.text.value, ...context.place };
    context.act(async () => {
      await call(name, members);
      form.elements.text.value = "";
    }, name === "chat" ? "The message is sent." : "It is said, for the transcript.");
  };
  return h(
    "section",
    { "data-key": "say", "aria-labelledby": "say" },
    h("h2", { id: "say" }, "Say something"),
    h(
      "form",
      { class: "row", onsubmit, id: "say-form" },
      h(
        "label",
        { class: "field" },
        h("span", {}, "Who"),
        h("select", { name: "peer" }, present.map((one) => h("option", { value: one.peer_id, "data-key": one.peer_id }, one.name || one.id))),
      ),
      h("label", { class: "field wide" }, h("span", {}, "Text"), h("input", { name: "text", required: true, autocomplete: "off" })),
      h("button", { value: "chat" }, "Chat"),
      h("button", { value: "speak" }, "Speak"),
    ),
  );
}

/** Chat and speech of a session. */
export function said(data) {
  const { chat = [], speech = [] } = data;
  if (!chat.length && !speech.length) return null;
  const line = (one, when) =>
    h("li", {}, h("b", {}, named(one.name, "no name")), " ", h("span", { class: "soft" }, when), h("p", {}, one.text));
  return h(
    "div",
    { class: "columns", "data-key": "said" },
    chat.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, "Chat"),
        h("ul", { class: "said" }, chat.map((message) => line(message, message.at.slice(11, 19)))),
      ),
    speech.length > 0 &&
      h(
        "section",
        {},
        h("h2", {}, "Speech"),
        h("ul", { class: "said" }, speech.map((words) => line(words, `at ${span(words.from) || "0 s"}`))),
      ),
  );
}

/** The form that adds a participant, as a client does. */
export function addForm(meeting, context) {
  const onsubmit = (event) => {
    event.preventDefault();
    const form = event.target;
    const { name, custom, preset } = form.elements;
    const members = { name: name.value, custom_participant_id: custom.value || name.value, preset_name: preset.value };
    context.act(async () => {
      await operate(context.place, "POST", `/meetings/${meeting.id}/participants`, members);
      form.reset();
    }, `${name.value} is added.`);
  };
  const field = (label, attributes) =>
    h("label", { class: "field" }, h("span", {}, label), h("input", { autocomplete: "off", ...attributes }));
  return h(
    "section",
    { "data-key": "add", "aria-labelledby": "add" },
    h("h2", { id: "add" }, "Add a participant"),
    h(
      "form",
      { class: "row", onsubmit, id: "add-form" },
      field("Name", { name: "name", required: true }),
      field("Custom id", { name: "custom", placeholder: "as the name" }),
      field("Preset", { name: "preset", required: true, value: "group_call_participant" }),
      h("button", {}, "Add"),
    ),
  );
}
