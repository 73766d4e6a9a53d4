// SPDX-License-Identifier: MIT
// Recordings with their life cycle; they can be stopped, and fail, from here.
import { call, operate } from "../api.js";
import { h } from "../dom.js";
import { badge, bytes, named, span, time } from "../format.js";
import { empty, facts, identity, life, pretty, row } from "../parts.js";
import { link } from "../router.js";
import { hidden } from "../secrets.js";
import { list } from "./list.js";

const ACTIVE = new Set(["INVOKED", "RECORDING", "PAUSED"]);

function steps(recording) {
  const isPaused = recording.status === "PAUSED";
  const begun = [["INVOKED", recording.created], [isPaused ? "PAUSED" : "RECORDING", recording.started]];
  if (recording.status === "ERRORED") return [...begun, ["ERRORED", recording.stopped]];
  return [...begun, ["UPLOADING", recording.stopped], ["UPLOADED", recording.uploaded]];
}

function buttons(recording, context) {
  const act = (action) => () =>
    context.act(() => operate(context.place, "PUT", `/recordings/${recording.id}`, { action }), `The recording: ${action}.`);
  const fail = () => context.act(() => call("fail_recording", { id: recording.id }), "The recording has failed.");
  const { status } = recording;
  const button = (text, onclick, kind) => h("button", { class: `small ${kind || ""}`, onclick, "aria-label": `${text}: ${recording.title || recording.file_name}` }, text);
  return row(
    status === "RECORDING" && button("Pause", act("pause")),
    status === "PAUSED" && button("Resume", act("resume")),
    ACTIVE.has(status) && button("Stop", act("stop")),
    (ACTIVE.has(status) || status === "UPLOADING") && button("Fail", fail, "danger"),
  );
}

function detail(data, _, context) {
  const recording = data.row;
  return [
    h("div", { class: "title-row" }, h("h1", {}, named(recording.title || recording.file_name)), badge(recording.status)),
    life(steps(recording), recording.status, context.now),
    buttons(recording, context),
    facts(
      ["Id", identity(recording.id)],
      recording.meeting_id && ["Meeting", h("a", { href: link("meetings", recording.meeting_id) }, named(recording.title))],
      recording.session_id && ["Session", h("a", { href: link("sessions", recording.session_id) }, recording.session_id)],
      ["File", h("code", {}, recording.file_name)],
      ["Size", bytes(recording.file_size)],
      ["Length", span(recording.recorded)],
      ["Started because of", recording.start_reason],
      recording.stop_reason && ["Stopped because of", recording.stop_reason],
    ),
    h("details", {}, h("summary", {}, "Fields as they were written"), pretty(hidden(data.fields), "Fields")),
  ];
}

export const recordings = list({
  kind: "recordings",
  title: "Recordings",
  one: "recording",
  many: "recordings",
  statuses: ["INVOKED", "RECORDING", "PAUSED", "UPLOADING", "UPLOADED", "ERRORED"],
  columns: (context) => [
    {
      head: "Meeting, life cycle",
      cell: (recording) =>
        h(
          "div",
          {},
          h("a", { href: link("recordings", recording.id) }, named(recording.title, recording.file_name)),
          life(steps(recording).map(([name]) => [name]), recording.status),
        ),
    },
    { head: "Length", number: true, cell: (recording) => span(recording.recorded) },
    { head: "Size", number: true, cell: (recording) => bytes(recording.file_size) },
    { head: "Invoked", cell: (recording) => time(recording.created, context.now) },
    { head: "Actions", cell: (recording) => buttons(recording, context) },
  ],
  nothing: () =>
    empty(
      "There is no recording yet.",
      h("p", {}, "Start one in a meeting, or create a meeting with record_on_start."),
      h("a", { class: "button primary", href: link("meetings") }, "Open a meeting"),
    ),
  detail,
});
