// SPDX-License-Identifier: MIT
// Parts that views are made of: tables that become cards on small screens, lists with search and
// pages, definitions, life cycles, JSON, text to copy, and what stands where there is nothing.
import { h } from "./dom.js";
import { count, time } from "./format.js";
import { go, link } from "./router.js";
import { tell, complain } from "./notices.js";

/** A table; columns are { head, cell(row), number }. Rows have a key in `id` or `number`. */
export function table(label, columns, rows) {
  const head = columns.map((column) =>
    h("th", { role: "columnheader", scope: "col", class: column.number ? "number" : null }, column.head),
  );
  const line = (row) =>
    h(
      "tr",
      { role: "row", "data-key": row.id || row.number },
      columns.map((column) =>
        h(
          "td",
          { role: "cell", "data-label": column.head, class: column.number ? "number" : null },
          column.cell(row),
        ),
      ),
    );
  return h(
    "table",
    { role: "table", "aria-label": label },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head)),
    h("tbody", { role: "rowgroup" }, rows.map(line)),
  );
}

/** What stands where there is nothing, and says what to do. */
export function empty(title, ...more) {
  return h("div", { class: "empty" }, h("p", { class: "title" }, title), more);
}

/** The links to the pages of a list. */
export function pager(list, route) {
  if (list.pages < 2) return null;
  const to = (page, text) =>
    page >= 1 && page <= list.pages
      ? h("a", { class: "button", href: link(route.view, route.id, { ...route.query, page }) }, text)
      : h("span", { class: "button off" }, text);
  return h(
    "nav",
    { class: "pager row", "aria-label": "Pages" },
    to(list.page - 1, "Newer"),
    h("span", {}, `Page ${count(list.page)} of ${count(list.pages)}`),
    to(list.page + 1, "Older"),
  );
}

let typing = 0;

/** The field that searches a list while one types. */
export function search(label, route) {
  const oninput = (event) => {
    const text = event.target.value;
    clearTimeout(typing);
    typing = setTimeout(() => {
      go(link(route.view, route.id, { ...route.query, page: "", search: text.trim() }), true);
    }, 200);
  };
  return h(
    "label",
    { class: "field search" },
    h("span", {}, label),
    h("input", { type: "search", id: "search", value: route.query.search || "", "data-value": route.query.search || "", oninput, autocomplete: "off" }),
  );
}

/** A choice that filters a list; choices are [value, text]. */
export function filter(label, name, choices, route) {
  const onchange = (event) =>
    go(link(route.view, route.id, { ...route.query, page: "", [name]: event.target.value }));
  const chosen = route.query[name] || "";
  return h(
    "label",
    { class: "field" },
    h("span", {}, label),
    h(
      "select",
      { id: `filter-${name}`, "data-value": chosen, onchange },
      choices.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
    ),
  );
}

/** Names and values. */
export function facts(...pairs) {
  const given = pairs.filter((pair) => pair && pair[1] != null && pair[1] !== false);
  return h(
    "dl",
    {},
    given.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** The steps of a life cycle, with the time of each that has one; `at` is the name of the step now. */
export function life(steps, at, now) {
  const place = steps.findIndex(([name]) => name === at);
  return h(
    "ol",
    { class: "life", "aria-label": "Life cycle" },
    steps.map(([name, moment], index) =>
      h(
        "li",
        { class: name === "ERRORED" ? "bad" : index < place ? "past" : null, "aria-current": index === place ? "step" : null },
        h("span", {}, name),
        moment ? time(moment, now) : null,
      ),
    ),
  );
}

/** Buttons and badges in a row, or nothing where there are none. */
export function row(...parts) {
  const there = parts.flat().filter(Boolean);
  return there.length ? h("span", { class: "row" }, there) : null;
}

/** A button that copies a text. */
export function copy(text, label = "Copy", size = "small") {
  const onclick = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      tell("Copied.");
    } catch {
      complain(new Error("The browser does not let this page copy: select the text instead."));
    }
  };
  return h("button", { class: size, onclick }, label);
}

/** An id, with a button that copies it. */
export function identity(id) {
  return h("span", { class: "row" }, h("code", {}, id), copy(id, "Copy id"));
}

/** A value as indented JSON. */
export function pretty(value, label) {
  const text = JSON.stringify(value, null, 2);
  return h("pre", { tabindex: "0", role: "region", "aria-label": label }, text);
}
