// SPDX-License-Identifier: MIT
// Hides secrets until they are asked for: members and headers with telling names, tokens by their
// form, and the queries of signed links.
import { h } from "./dom.js";

const NAMES =
  /^(authorization|token|auth_token|api_token|stream_key|password|secret|secret_key|access_key|private_key|key)$/i;

// JSON Web Tokens, bearer tokens, and the queries of signed links.
const FORMS = /\bey[\w-]+\.[\w-]+\.[\w-]+|(?<=\b(?:Bearer|Basic) )\S+|(?<=X-Amz-Signature=)\w+/g;

const MASK = "••••••";

let areShown = false;

/** Whether secrets are shown. */
export function secretsShown() {
  return areShown;
}

/** A text without its secrets. */
export function hiddenText(text) {
  return areShown ? text : text.replace(FORMS, MASK);
}

/** A value of JSON without its secrets. */
export function hidden(value, name = "") {
  if (areShown || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hidden(item, name));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hidden(member, key)]));
  }
  if (typeof value !== "string") return value;
  return NAMES.test(name) && !/^(Bearer|Basic) /.test(value) ? MASK : hiddenText(value);
}

/** The button that shows secrets, or hides them again. */
export function revealButton(context) {
  const onclick = () => {
    areShown = !areShown;
    context.redraw();
  };
  return h("button", { id: "reveal", "aria-pressed": String(areShown), onclick }, areShown ? "Hide secrets" : "Show secrets");
}

/** One secret with the button. */
export function secret(value, _, context) {
  return h("span", { class: "row" }, h("code", {}, areShown ? value : MASK), revealButton(context));
}
