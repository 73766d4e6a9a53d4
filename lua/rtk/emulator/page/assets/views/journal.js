// SPDX-License-Identifier: MIT
// The journal: each request as it comes, and one request with its bodies and the attempts of its
// call.
import { h } from "../dom.js";
import { badge, count, outcome, time, took } from "../format.js";
import { empty, filter, pager, table } from "../parts.js";
import { link } from "../router.js";
import { drawRequest } from "./request.js";

const STATUSES = [
  ["", "any"],
  ["2xx", "2xx, success"],
  ["3xx", "3xx, elsewhere"],
  ["4xx", "4xx, refused"],
  ["5xx", "5xx, failed"],
  ["none", "no answer"],
];

function received(row, context) {
  const when = row.received ? row.received * 1000 : row.at;
  return row.received ? time(when, Date.now()) : time(row.at, context.now);
}

function path(row) {
  const to = { href: link("journal", row.number), title: row.path };
  return h("span", {}, h("a", to, row.operation.replace(/^\S+ /, "")), row.query && h("span", { class: "soft" }, ` ?${row.query}`));
}

function columns(context) {
  return [
    { head: "Time", cell: (row) => received(row, context) },
    { head: "Method", cell: (row) => h("code", {}, row.method) },
    { head: "Path", cell: path },
    { head: "Status", cell: outcome },
    { head: "Took", number: true, cell: (row) => took(row.seconds) },
    { head: "Executed", cell: (row) => (row.executed ? "yes" : "no") },
    { head: "Fault", cell: (row) => row.fault && badge(row.fault) },
    { head: "Attempt", cell: (row) => row.attempts && `${row.attempt} of ${row.attempts}` },
  ];
}

function drawList(data, route, context) {
  const { query } = route;
  const isFiltered = query.operation || query.status;
  const operations = data.operations.map((name) => [name, name]);
  const nothing = isFiltered
    ? empty("Nothing matches.", h("a", { class: "button", href: link("journal") }, "Show all"))
    : empty("No request yet.", h("a", { class: "button primary", href: link("connect") }, "How to send one"));
  return [
    h(
      "div",
      { class: "title-row" },
      h("h1", {}, "Journal"),
      h("p", { class: "total", role: "status" }, `${count(data.total)} ${data.total === 1 ? "request" : "requests"}`),
    ),
    (data.total > 0 || isFiltered) &&
      h(
        "div",
        { class: "filters row" },
        filter("Operation", "operation", [["", "all"], ...operations], route),
        filter("Status", "status", STATUSES, route),
      ),
    data.rows.length ? table("Requests, newest first", columns(context), data.rows) : nothing,
    pager(data, route),
  ];
}

export const journal = {
  title: "Journal",
  reads: (route) => (route.id ? ["request", { number: route.id }] : ["requests", route.query]),
  draw: (data, route, context) => (route.id ? drawRequest(data, context) : drawList(data, route, context)),
};
