// SPDX-License-Identifier: MIT
// Writes times, lengths, sizes and names for people. Times are in UTC, as the API gives them.
import { h } from "./dom.js";

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

function iso(milliseconds) {
  return new Date(milliseconds).toISOString();
}

/** A time of the emulator's clock, with its day unless that is the clock's. */
export function time(milliseconds, now) {
  if (milliseconds == null) return h("span", { class: "none" }, "–");
  const text = iso(milliseconds);
  const isToday = now !== undefined && iso(now).slice(0, 10) === text.slice(0, 10);
  const shown = isToday ? text.slice(11, 19) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  return h("time", { datetime: text, title: text }, shown);
}

/** A length of time in its two largest units. */
export function span(milliseconds) {
  if (milliseconds == null) return "–";
  const seconds = milliseconds / 1000;
  if (seconds < 1 && seconds > 0) return `${Math.round(milliseconds)} ms`;
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long a request took, of which the server knows milliseconds. */
export function took(seconds) {
  if (seconds == null) return "–";
  return seconds < 0.001 ? "< 1 ms" : span(seconds * 1000);
}

/** A number of bytes. */
export function bytes(count) {
  if (count == null) return "–";
  let unit = 0;
  let number = Number(count);
  while (number >= 1000 && unit < UNITS.length - 1) {
    number /= 1000;
    unit += 1;
  }
  return `${Number(number.toFixed(unit ? 1 : 0))} ${UNITS[unit]}`;
}

/** A number with separators of thousands. */
export function count(number) {
  return Number(number || 0).toLocaleString("en");
}

// Letters, digits, marks, symbols: not spaces, controls, or what only directs others.
const VISIBLE = /[^\s\p{C}]/u;

/** What a name or title says, or that there is none to be seen. */
export function named(text, otherwise = "untitled") {
  if (text != null && VISIBLE.test(text)) return text;
  return h("span", { class: "none" }, otherwise);
}

const GOOD = new Set(["LIVE", "RECORDING", "UPLOADED", "ACTIVE", "delivered", "enabled"]);
const BAD = new Set(["ERRORED", "failed"]);
const BUSY = new Set(["INVOKED", "UPLOADING", "PAUSED", "waiting", "pending", "stopping"]);

/** A status as a badge, whose colour says no more than its text. */
export function badge(status) {
  const kind = GOOD.has(status) ? "good" : BAD.has(status) ? "bad" : BUSY.has(status) ? "busy" : "";
  return h("span", { class: `badge ${kind}` }, status);
}

/** The status of a request of the journal as a badge. */
export function outcome(row) {
  if (row.status === 0) return h("span", { class: "badge bad" }, "no answer");
  const kind = row.status >= 500 ? "bad" : row.status >= 400 ? "busy" : "good";
  return h("span", { class: `badge ${kind}` }, row.status);
}

const PLANS = {
  "recordings.begin": "a recording begins",
  "recordings.time_over": "a recording reaches its limit",
  "recordings.upload": "a recording is uploaded",
  "recordings.room_empty": "recordings of an empty room end",
  "livestreams.begin": "a livestream goes live",
  "livestreams.settle": "a livestream is ready",
  "livestreams.stop": "a livestream stops",
  "livestreams.room_empty": "the livestream of an empty room ends",
  "session.expire": "an empty session ends",
  "session.sync_chat": "a chat is ready to download",
  "session.transcribe": "a transcript is ready",
  "webhooks.retry": "a webhook is tried again",
};

/** What a planned task does. */
export function plan(kind) {
  return PLANS[kind] || kind;
}
