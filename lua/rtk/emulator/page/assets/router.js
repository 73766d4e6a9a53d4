// SPDX-License-Identifier: MIT
// Where the page is: "#/view/id?query", so that views can be linked to and gone back to; and the app
// that it shows, which a reload keeps.

// What a link was cut in, or somebody typed, may not be encoded.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The route that the address bar names: { view, id, query }. */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/").map(decoded);
  return { view: view || "rooms", id, query: Object.fromEntries(new URLSearchParams(query || "")) };
}

/** The link to a view. */
export function link(view, id, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(given).toString();
  const path = [view, id].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${text ? `?${text}` : ""}`;
}

/** Goes to a link; with `quietly` without a step in the history, for searches while they are typed. */
export function go(target, quietly) {
  if (!quietly) location.hash = target;
  else {
    history.replaceState(null, "", target);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
}

const KEPT = "rtk-emulator-app";

let place = {};
try {
  place = JSON.parse(sessionStorage.getItem(KEPT)) || {};
} catch {
  // Storage may be forbidden: then a reload shows the emulator's own app.
}

/** The app that is shown: { account_id, app_id }, or nothing for the emulator's own. */
export function chosenApp() {
  return place;
}

/** Chooses another app. */
export function chooseApp(chosen) {
  place = chosen;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(chosen));
  } catch {
    // As above.
  }
}
