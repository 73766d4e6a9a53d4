// SPDX-License-Identifier: MIT
// The apps of all accounts, of which the other views show one.
import { h } from "../dom.js";
import { count, named, time } from "../format.js";
import { empty } from "../parts.js";
import { list } from "./list.js";

function chooser(app, context) {
  const { place } = context;
  if (app.id === place.app_id && app.account_id === place.account_id) {
    return h("span", { class: "badge good" }, "shown");
  }
  const onclick = () => context.choose({ account_id: app.account_id, app_id: app.id });
  return h("button", { class: "small", onclick, "aria-label": `Show ${app.name}` }, "Show");
}

export const apps = list({
  kind: "apps",
  title: "Apps",
  one: "app",
  many: "apps",
  columns: (context) => [
    { head: "Name", cell: (app) => named(app.name, "no name") },
    { head: "App id", cell: (app) => h("code", {}, app.id) },
    { head: "Account", cell: (app) => h("code", {}, app.account_id) },
    { head: "Meetings", number: true, cell: (app) => count(app.meetings) },
    { head: "Created", cell: (app) => time(app.created, context.now) },
    { head: "Views", cell: (app) => chooser(app, context) },
  ],
  nothing: () => empty("There is no app."),
});
