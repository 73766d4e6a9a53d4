// SPDX-License-Identifier: MIT
// One request of the journal: what was sent and answered, as curl, and the waterfall of the attempts
// of its call.
import { h } from "../dom.js";
import { badge, outcome, time, took } from "../format.js";
import { body } from "../bodies.js";
import { asCurl } from "../curl.js";
import { copy, facts } from "../parts.js";
import { link } from "../router.js";
import { hidden, revealButton } from "../secrets.js";
import { waterfall } from "../waterfall.js";

function headers(all, label) {
  const shown = hidden(all);
  const lines = Object.keys(shown)
    .sort()
    .map((name) => `${name}: ${shown[name]}`);
  return h("pre", { tabindex: "0", role: "region", "aria-label": label }, lines.join("\n") || "none");
}

function part(title, given, text) {
  return h("section", {}, h("h2", {}, title), headers(given, `Headers of the ${title.toLowerCase()}`), body(text, `Body of the ${title.toLowerCase()}`));
}

/** What the journal has of one request. */
export function drawRequest(data, context) {
  const { row, request, attempts } = data;
  const path = request.query ? `${request.path}?${request.query}` : request.path;
  return [
    h("p", { class: "back" }, h("a", { href: link("journal") }, "All requests")),
    h("div", { class: "title-row" }, h("h1", {}, row.operation), outcome(row), row.fault && badge(row.fault)),
    h("div", { class: "row" }, copy(() => asCurl(request, location.origin), "Copy as curl", ""), revealButton(context)),
    facts(
      ["Path", h("code", {}, hidden(path))],
      ["Executed", row.executed ? "yes" : "no"],
      row.fault && ["Fault", row.fault],
      ["Took", row.seconds == null ? "unknown: it was cut, or is not over" : took(row.seconds)],
      ["Clock", time(row.at, context.now)],
      row.received && ["Real time", time(row.received * 1000)],
    ),
    attempts.length > 1 && waterfall(attempts, row.number),
    h(
      "div",
      { class: "columns" },
      part("Request", request.headers, request.body),
      part("Reply", request.response_headers, request.response_body),
    ),
  ];
}
