// SPDX-License-Identifier: MIT
// Bodies of requests and replies as readable text: JSON is indented, secrets are hidden, what is
// very long is cut.
import { h } from "./dom.js";
import { hidden, hiddenText } from "./secrets.js";

const MOST = 200000; // characters

function readable(text) {
  try {
    return JSON.stringify(hidden(JSON.parse(text)), null, 2);
  } catch {
    return hiddenText(text);
  }
}

/** A body, or that there is none. */
export function body(text, label) {
  if (text == null || text === "") return h("p", { class: "soft" }, "No body.");
  const shown = readable(text);
  const cut = shown.length > MOST ? `${shown.slice(0, MOST)}\n… ${shown.length - MOST} characters more` : shown;
  return h("pre", { tabindex: "0", role: "region", "aria-label": label }, cut);
}
