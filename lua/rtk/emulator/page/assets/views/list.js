// SPDX-License-Identifier: MIT
// A view of one kind of object: the list with search, filter and pages, and one object by its id.
import { h } from "../dom.js";
import { count } from "../format.js";
import { link } from "../router.js";
import { empty, filter, pager, search, table } from "../parts.js";

function isNarrowed(route) {
  return Object.keys(route.query).some((name) => name !== "page");
}

function drawList(kind, list, route, context) {
  const { query } = route;
  const nothing = isNarrowed(route)
    ? empty("Nothing matches.", h("a", { class: "button", href: link(route.view) }, "Show all"))
    : kind.nothing(context);
  const choices = (kind.statuses || []).map((status) => [status, status]);
  const isShort = list.total === 0 && !isNarrowed(route);
  return [
    h(
      "div",
      { class: "title-row" },
      h("h1", {}, kind.title),
      h("p", { class: "total", role: "status" }, `${count(list.total)} ${list.total === 1 ? kind.one : kind.many}`),
      kind.actions && kind.actions(context),
    ),
    !isShort &&
      h(
        "div",
        { class: "filters row" },
        search(`Search ${kind.many}`, route),
        choices.length > 0 && filter("Status", "status", [["", "any"], ...choices], route),
        (query.meeting_id || query.webhook_id) &&
          h("a", { class: "button", href: link(route.view) }, "Of all, not of one"),
      ),
    list.rows.length ? table(kind.title, kind.columns(context), list.rows) : nothing,
    pager(list, route),
  ];
}

/**
 * Makes a view of { kind, title, one, many, statuses?, columns(context), nothing(context),
 * detail?(data, route, context), actions?(context) }.
 */
export function list(kind) {
  return {
    title: kind.title,
    reads(route) {
      const { search: text, page } = route.query;
      if (route.id && kind.detail) return ["object", { kind: kind.kind, id: route.id, page, search: text }];
      return ["objects", { kind: kind.kind, ...route.query }];
    },
    draw(data, route, context) {
      if (!route.id || !kind.detail) return drawList(kind, data, route, context);
      const back = h("p", { class: "back" }, h("a", { href: link(route.view) }, `All ${kind.many}`));
      return [back, kind.detail(data, route, context)];
    },
  };
}
