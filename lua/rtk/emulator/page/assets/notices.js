// SPDX-License-Identifier: MIT
// Messages in the corner: what was done, for a while, and what went wrong, until it is closed or
// over. Also the question before something is lost.
import { h, update } from "./dom.js";

const SHOWN = 4000; // milliseconds
const MOST = 4;

const box = document.getElementById("notices");
const dialog = document.getElementById("dialog");

function add(kind, text) {
  const close = h("button", { class: "plain", "aria-label": "Close message" }, "×");
  const notice = h("div", { class: `notice ${kind}` }, h("p", {}, text), close);
  close.onclick = () => notice.remove();
  box.append(notice);
  while (box.children.length > MOST) box.firstElementChild.remove();
  return notice;
}

/** Says what was done. */
export function tell(text) {
  const notice = add("done", text);
  setTimeout(() => notice.remove(), SHOWN);
}

/** Says what went wrong. */
export function complain(error) {
  return add("wrong", error.message);
}

/** Takes away what was wrong in a view that is left. */
export function forget() {
  for (const notice of box.querySelectorAll(".notice.wrong")) {
    if (!outage || outage.notice !== notice) notice.remove();
  }
}

let outage = null;

/** Shows a failure to read as one message, however often it comes; none takes it away. */
export function outageIs(error) {
  if (outage && (!error || outage.text !== error.message)) {
    outage.notice.remove();
    outage = null;
  }
  if (error && !outage) outage = { text: error.message, notice: complain(error) };
}

/** Asks before something that cannot be undone; answers whether to go on. */
export function confirmed(title, text, action) {
  const answer = (value) => () => dialog.close(value);
  update(
    dialog,
    h("h2", { id: "dialog-title" }, title),
    h("p", {}, text),
    h(
      "div",
      { class: "row" },
      h("button", { onclick: answer("no"), autofocus: true }, "Cancel"),
      h("button", { class: "danger", onclick: answer("yes") }, action),
    ),
  );
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
  });
}
