// SPDX-License-Identifier: MIT
// Starts the page: draws the view that the address names, from one read of the emulator a second,
// and runs what the user does.
import { read } from "./api.js";
import { h, update } from "./dom.js";
import { drawFrame, showInNav } from "./frame.js";
import { keep } from "./live.js";
import { complain, forget, outageIs, tell } from "./notices.js";
import { chooseApp, chosenApp, go, route } from "./router.js";
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

let shown = { at: null, data: null, address: "" };

function draw(at, data) {
  const view = views[at.view];
  context.place = { account_id: data.emulator.account_id, app_id: data.emulator.app_id };
  context.now = data.emulator.clock;
  context.counts = data.emulator.counts;
  drawFrame(context, at.view, data.emulator, titles);
  update(main, view.draw(data, at, context));
  const heading = main.querySelector("h1");
  document.title = `${heading ? heading.textContent : view.title} – RealtimeKit emulator`;
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
  if (!views[at.view]) return update(main, h("h1", {}, "There is no such view"));
  const [name, members] = views[at.view].reads(at);
  try {
    const data = await read(name, { ...chosenApp(), ...members });
    outageIs(null);
    const now = route();
    if (heading(now) !== heading(at)) return;
    const isSame = data === shown.data && shown.address === heading(at);
    if (isSame && !views[at.view].isMoving) return;
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
  main.replaceChildren(h("h1", {}, views[at.view].title), h("p", { class: "empty" }, error.message));
}

// The skip link must not change the view.
document.getElementById("skip").onclick = (event) => {
  event.preventDefault();
  main.focus();
};

const live = keep(show);
onWidth(context.redraw);
addEventListener("hashchange", () => live.refresh());
