// SPDX-License-Identifier: MIT
// Starts the page: draws the view that the address names, from one read of the emulator a second,
// and runs what the user does.
import { read } from "./api.js";
import { h, update } from "./dom.js";
import { drawFrame, showInNav } from "./frame.js";
import { keep } from "./live.js";
import { complain, forget, outageIs, tell } from "./notices.js";
import { chooseApp, chosenApp, go, link, route } from "./router.js";
import { onWidth } from "./svg.js";
import { views } from "./views/all.js";

const main = document.getElementById("main");
const titles = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view.title]));

const context = {
  /** Runs what a button does, says how it ended, and shows what came of it. */
  async act(run, said) {
    try {
      const result = await run();
      if (said) tell(typeof said === "function" ? said(result) : said);
    } catch (error) {
      complain(error);
    }
    await live.refresh();
  },
  /** Draws again what is known already, after a choice on the page itself. */
  redraw() {
    if (shown.data) draw(shown.at, shown.data);
  },
  /** Shows another app. */
  choose(place) {
    chooseApp(place);
    go("#/meetings");
  },
};

// What an address shows that names no view.
const unknown = {
  title: "No such view",
  reads: () => ["objects", { kind: "rooms" }],
  draw: () => [
    h("h1", {}, "There is no such view"),
    h("p", {}, h("a", { class: "button", href: link("rooms") }, "Show the rooms")),
  ],
};

function viewOf(at) {
  return views[at.view] || unknown;
}

let shown = { at: null, data: null, address: "" };

// What there is instead of a view.
function nothing(at, text) {
  return [
    h("h1", {}, viewOf(at).title),
    h("p", { class: "empty" }, text),
    at.id && h("p", {}, h("a", { class: "button", href: link(at.view) }, "Show all")),
  ];
}

function fill(...elements) {
  update(main, ...elements);
  document.title = `${main.querySelector("h1").textContent} – RealtimeKit emulator`;
}

function draw(at, data) {
  context.place = { account_id: data.emulator.account_id, app_id: data.emulator.app_id };
  context.now = data.emulator.clock;
  context.counts = data.emulator.counts;
  drawFrame(context, at.view, data.emulator, titles);
  fill(data.missing ? nothing(at, data.missing) : viewOf(at).draw(data, at, context));
}

function heading(at) {
  return `${at.view}/${at.id || ""}`;
}

// Goes to the top of a view that was not there before, so that a screen reader reads it.
function arrive(at) {
  const isNew = shown.address !== heading(at);
  const isFirst = !shown.address;
  shown.address = heading(at);
  if (!isNew) return;
  main.replaceChildren();
  forget();
  return !isFirst;
}

async function show() {
  const at = route();
  try {
    const [name, members] = viewOf(at).reads(at);
    const data = await read(name, { ...chosenApp(), ...members });
    outageIs(null);
    const now = route();
    if (heading(now) !== heading(at)) return;
    const isSame = data === shown.data && shown.address === heading(at);
    if (isSame && !viewOf(at).isMoving) return;
    const isArrival = arrive(at);
    shown.at = at;
    shown.data = data;
    draw(at, data);
    if (isArrival !== undefined) showInNav();
    if (isArrival) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  } catch (error) {
    outageIs(error);
    if (!shown.data || shown.address !== heading(at)) showFailure(at, error);
  }
}

function showFailure(at, error) {
  shown.address = heading(at);
  shown.data = null;
  main.replaceChildren();
  fill(nothing(at, error.message));
}

// The skip link must not change the view.
document.getElementById("skip").onclick = (event) => {
  event.preventDefault();
  main.focus();
};

const live = keep(show);
onWidth(context.redraw);
addEventListener("hashchange", () => live.refresh());
