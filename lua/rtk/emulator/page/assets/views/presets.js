// SPDX-License-Identifier: MIT
// Presets, and one preset as it was written.
import { h } from "../dom.js";
import { named, time } from "../format.js";
import { empty, facts, identity, pretty } from "../parts.js";
import { link } from "../router.js";
import { list } from "./list.js";

export const presets = list({
  kind: "presets",
  title: "Presets",
  one: "preset",
  many: "presets",
  columns: (context) => [
    { head: "Name", cell: (preset) => h("a", { href: link("presets", preset.id) }, named(preset.name)) },
    { head: "View type", cell: (preset) => preset.view_type || "–" },
    { head: "Created", cell: (preset) => time(preset.created, context.now) },
    { head: "Updated", cell: (preset) => time(preset.updated, context.now) },
    { head: "Id", cell: (preset) => h("code", {}, preset.id) },
  ],
  nothing: () => empty("There is no preset.", h("p", {}, "The emulator makes those of the service with the first use of the account.")),
  detail(data, _, context) {
    return [
      h("h1", {}, named(data.row.name)),
      facts(["Id", identity(data.row.id)], ["Updated", time(data.row.updated, context.now)]),
      pretty(data.fields, "Fields of the preset"),
    ];
  },
});
