// SPDX-License-Identifier: MIT
// The waterfall of one call: a bar for each attempt, in real time from the first one, with the
// pauses between them.
import { h, svg } from "./dom.js";
import { span } from "./format.js";
import { link } from "./router.js";
import { isSmall } from "./svg.js";

const LINE = 28;
const LEFT = 140;
const RIGHT = 60;
const width = () => (isSmall() ? 300 : 600);

function sayStatus(attempt) {
  if (attempt.fault && attempt.status === 0) return `${attempt.fault}, no answer`;
  return attempt.fault ? `${attempt.status}, ${attempt.fault}` : `${attempt.status}`;
}

function bar(attempt, index, first, total, current) {
  const scale = (width() - LEFT - RIGHT) / Math.max(total, 0.001);
  const x = LEFT + (attempt.received - first) * scale;
  const length = Math.max(4, (attempt.seconds || 0) * scale);
  const y = index * LINE + 6;
  const isBad = attempt.status === 0 || attempt.status >= 400 || attempt.fault;
  return [
    svg("text", { x: 0, y: y + 13, class: attempt.number === current ? "strong" : null }, `${index + 1}. ${sayStatus(attempt)}`),
    svg("rect", { x, y, width: length, height: 16, rx: 3, class: isBad ? "bad" : "good" }),
    svg("text", { x: x + length + 6, y: y + 13, class: "soft" }, `+${span((attempt.received - first) * 1000) || "0 s"}`),
  ];
}

function drawing(attempts, current) {
  const first = attempts[0].received;
  const last = attempts[attempts.length - 1];
  const total = last.received + (last.seconds || 0) - first;
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${width()} ${attempts.length * LINE + 6}`, role: "img", "aria-label": `${attempts.length} attempts in ${span(total * 1000) || "0 s"}` },
    attempts.map((attempt, index) => bar(attempt, index, first, total, current)),
  );
}

/** The attempts of a call, drawn and as links. */
export function waterfall(attempts, current) {
  const links = attempts.map((attempt) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: link("journal", attempt.number), "aria-current": attempt.number === current ? "true" : null },
        `Attempt ${attempt.attempt}: ${sayStatus(attempt)}${attempt.executed ? ", executed" : ""}`,
      ),
    ),
  );
  return h(
    "section",
    { class: "card", "aria-labelledby": "attempts" },
    h("h2", { id: "attempts" }, `Attempts of this call (${attempts.length})`),
    attempts[0].received ? drawing(attempts, current) : null,
    h("ol", { class: "attempts" }, links),
  );
}
