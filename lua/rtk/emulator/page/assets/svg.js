// SPDX-License-Identifier: MIT
// Charts in plain SVG: bars, and a line in steps. Each says in words what it shows, and its figures
// are there as a table.
import { h, svg } from "./dom.js";
import { count } from "./format.js";

// Drawn for two widths, so that the text has its size on both.
const SMALL = matchMedia("(max-width: 760px)");
const width = () => (SMALL.matches ? 300 : 480);

const HEIGHT = 150;
const BOTTOM = 22;
const TOP = 18;
const LEFT = 40;

/** The end of an axis: a round number that is not below the largest value. */
function ceiling(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((end) => end >= most);
}

function frame(end, from, to) {
  const base = HEIGHT - BOTTOM;
  return [
    svg("line", { x1: LEFT, x2: width(), y1: base, y2: base, class: "axis" }),
    svg("line", { x1: LEFT, x2: width(), y1: TOP, y2: TOP, class: "grid" }),
    svg("text", { x: LEFT - 6, y: TOP + 4, class: "soft end" }, count(end)),
    svg("text", { x: LEFT - 6, y: base + 4, class: "soft end" }, "0"),
    svg("text", { x: LEFT, y: HEIGHT - 6, class: "soft" }, from),
    svg("text", { x: width(), y: HEIGHT - 6, class: "soft end" }, to),
  ];
}

function picture(label, ...children) {
  return svg("svg", { class: "chart", viewBox: `0 0 ${width()} ${HEIGHT}`, role: "img", "aria-label": label }, children);
}

/** A bar for each of rows, which are [name, value]. */
export function bars(rows, { label, from, to }) {
  const end = ceiling(Math.max(0, ...rows.map(([, value]) => value)));
  const room = (width() - LEFT) / Math.max(1, rows.length);
  const tall = HEIGHT - BOTTOM - TOP;
  const drawn = rows.map(([name, value], index) => {
    const height = (value / end) * tall;
    const place = { x: LEFT + index * room + room * 0.1, y: HEIGHT - BOTTOM - height };
    const title = svg("title", {}, `${name}: ${count(value)}`);
    return svg("rect", { ...place, width: Math.min(room * 0.8, 60), height, rx: Math.min(2, height / 2), class: "bar" }, title);
  });
  return picture(label, frame(end, from, to), drawn);
}

function clockTime(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

/** A line through points, which are [seconds, value], that keeps each value until the next one. */
export function steps(points, { from, to, most, label }) {
  const end = most;
  const x = (at) => LEFT + ((Math.max(at, from) - from) / (to - from)) * (width() - LEFT);
  const y = (value) => HEIGHT - BOTTOM - (value / end) * (HEIGHT - BOTTOM - TOP);
  let path = `M ${x(points[0][0])} ${y(points[0][1])}`;
  for (const [at, value] of points) path += ` H ${x(at)} V ${y(value)}`;
  path += ` H ${width()}`;
  const last = points[points.length - 1][1];
  return h(
    "figure",
    {},
    picture(label, frame(end, clockTime(from), clockTime(to)), svg("path", { d: path, class: "line" })),
    h("figcaption", {}, `${count(last)} of ${count(most)} requests are left.`),
  );
}

/** Calls a function when charts have to be drawn for the other width. */
export function onWidth(run) {
  SMALL.addEventListener("change", run);
}

/** Whether charts are drawn for a small screen. */
export function isSmall() {
  return SMALL.matches;
}

/** The figures of a chart as a table that can be opened. */
export function figures(label, rows) {
  const given = rows.filter(([, value]) => value);
  if (!given.length) return null;
  return h(
    "details",
    {},
    h("summary", {}, "Figures"),
    h(
      "table",
      { "aria-label": label },
      h("tbody", {}, given.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "number" }, count(value))))),
    ),
  );
}
