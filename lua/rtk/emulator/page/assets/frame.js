// SPDX-License-Identifier: MIT
// What is around every view: the clock with its buttons, the navigation with its counts, and the
// buttons for the whole state.
import { call, read } from "./api.js";
import { h, update } from "./dom.js";
import { count, plan, span } from "./format.js";
import { confirmed } from "./notices.js";
import { link } from "./router.js";

const STEPS = [
  ["+1 s", "1 second", 1],
  ["+1 min", "1 minute", 60],
  ["+1 h", "1 hour", 3600],
];

function advance(context, seconds, said) {
  return context.act(() => call("advance", { seconds }), `The clock is ${said} on.`);
}

function nextButton(context, now) {
  const { clock, next } = now;
  const wait = next ? Math.max(0, next.at - clock) : 0;
  const text = next ? `Next: ${plan(next.kind)}, ${wait ? `in ${span(wait)}` : "now"}` : "Nothing is due";
  const onclick = () => advance(context, wait / 1000, span(wait) || "0 s");
  return h("button", { id: "next", class: "next", disabled: !next, onclick }, text);
}

function drawClock(context, now) {
  const text = new Date(now.clock).toISOString();
  update(
    document.getElementById("clock"),
    h(
      "time",
      { id: "now", datetime: text, title: "The emulator's clock (UTC). It moves when you advance it." },
      `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`,
    ),
    h(
      "span",
      { class: "row" },
      STEPS.map(([shown, said, seconds]) =>
        h(
          "button",
          { onclick: () => advance(context, seconds, said), "aria-label": `Advance the clock by ${said}` },
          shown,
        ),
      ),
      nextButton(context, now),
    ),
  );
}

const GROUPS = [
  ["State", ["rooms", "meetings", "sessions", "recordings", "livestreams", "presets", "webhooks", "deliveries", "apps"]],
  ["Test", ["faults", "journal", "charts"]],
  ["Use", ["connect"]],
];

function item(view, current, numbers, titles) {
  const number = numbers[view];
  return h(
    "li",
    {},
    h(
      "a",
      { href: link(view), "aria-current": view === current ? "page" : null },
      h("span", {}, titles[view]),
      number > 0 && h("span", { class: "count" }, count(number)),
    ),
  );
}

function drawNav(current, now, titles) {
  const numbers = { ...now.counts, faults: now.faults, journal: now.requests };
  update(
    document.getElementById("nav"),
    GROUPS.map(([name, views]) => [
      h("h2", { id: `nav-${name}` }, name),
      h(
        "ul",
        { "aria-labelledby": `nav-${name}` },
        views.map((view) => item(view, current, numbers, titles)),
      ),
    ]),
  );
}

async function save() {
  const data = await read("snapshot");
  const url = URL.createObjectURL(new Blob([JSON.stringify(data)], { type: "application/json" }));
  const anchor = h("a", { href: url, download: "rtk-emulator-snapshot.json" });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

async function restore(file) {
  let snapshot;
  try {
    snapshot = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is not JSON, so it is no snapshot.`);
  }
  await call("snapshot", snapshot, "PUT");
}

async function reset(context) {
  const text = "All meetings, sessions, recordings, webhooks, faults and the journal will be gone.";
  if (!(await confirmed("Reset the emulator?", text, "Reset"))) return;
  await context.act(() => call("reset", {}), "The emulator is as new.");
}

function drawFoot(context) {
  const choose = h("input", {
    type: "file",
    id: "snapshot-file",
    class: "unseen",
    accept: ".json,application/json",
    tabindex: "-1",
    "aria-label": "File of a snapshot to restore",
    onchange: (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) context.act(() => restore(file), `${file.name} is restored.`);
    },
  });
  update(
    document.getElementById("foot"),
    h("button", { id: "save", onclick: () => context.act(save, "The snapshot is saved.") }, "Save snapshot"),
    h("button", { id: "restore", onclick: () => document.getElementById("snapshot-file").click() }, "Restore snapshot…"),
    h("button", { id: "reset", onclick: () => reset(context) }, "Reset…"),
    choose,
  );
}

/** Scrolls the navigation of small screens to the view that is shown. */
export function showInNav() {
  const nav = document.getElementById("nav");
  const current = nav.querySelector("[aria-current]");
  if (!current || nav.scrollWidth <= nav.clientWidth) return;
  nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
}

/** Brings the frame up to date with what the emulator says of itself now. */
export function drawFrame(context, current, now, titles) {
  drawClock(context, now);
  drawNav(current, now, titles);
  drawFoot(context);
}
