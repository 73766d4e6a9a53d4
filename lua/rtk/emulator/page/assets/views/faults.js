// SPDX-License-Identifier: MIT
// Faults: those that are set, and the form that sets one, which knows all operations and kinds.
import { call } from "../api.js";
import { h } from "../dom.js";
import { count } from "../format.js";
import { empty, table } from "../parts.js";

let chosen = "close";

const NUMBERS = { count: 1, integer: 1, times: 1, status: 1, seconds: "any", probability: "any" };

function field(label, type, attributes, hint) {
  const isNumber = type in NUMBERS;
  return h(
    "label",
    { class: "field" },
    h("span", {}, label),
    type === "envelope"
      ? h("select", attributes, ["", "service", "gateway", "storage"].map((name) => h("option", { value: name }, name || "service (default)")))
      : h("input", { type: isNumber ? "number" : "text", step: isNumber ? NUMBERS[type] : null, autocomplete: "off", ...attributes }),
    hint && h("small", {}, hint),
  );
}

function ownFields(kind) {
  return Object.keys(kind.fields)
    .sort()
    .map((name) => field(name, kind.fields[name], { name: `own-${name}`, "data-key": `${kind.name}-${name}`, required: kind.required === name }));
}

function timing(kind) {
  if (kind.timing !== "both") return null;
  return h(
    "label",
    { class: "field" },
    h("span", {}, "When"),
    h("select", { name: "after" }, h("option", { value: "" }, "before the request executes"), h("option", { value: "yes" }, "after it has executed")),
  );
}

function typed(kind, name, text) {
  return kind.fields[name] in NUMBERS ? Number(text) : text;
}

function read(form, kind) {
  const fault = { kind: kind.name };
  const { operation, times, probability, delay, after } = form.elements;
  if (operation.value.trim()) fault.operation = operation.value.trim();
  if (times.value) fault.times = Number(times.value);
  if (probability.value) fault.probability = Number(probability.value);
  if (delay.value) fault.delay = Number(delay.value);
  if (after && after.value) fault.after = true;
  for (const name of Object.keys(kind.fields)) {
    const { value } = form.elements[`own-${name}`];
    if (value !== "") fault[name] = typed(kind, name, value);
  }
  return fault;
}

function kindSelect(data, context) {
  const onchange = (event) => {
    chosen = event.target.value;
    context.redraw();
  };
  const group = (label, isOfDownload) =>
    h(
      "optgroup",
      { label },
      data.kinds
        .filter((kind) => kind.is_of_download === isOfDownload)
        .map((kind) => h("option", { value: kind.name, selected: kind.name === chosen }, kind.name)),
    );
  return h("select", { name: "kind", id: "kind", onchange, "aria-describedby": "kind-does" }, group("Any operation", false), group("Downloads only", true));
}

function form(data, context) {
  const kind = data.kinds.find((one) => one.name === chosen);
  const onsubmit = (event) => {
    event.preventDefault();
    const fault = read(event.target, kind);
    context.act(() => call("faults", fault), `The fault ${fault.kind} is set.`);
  };
  return h(
    "form",
    { class: "card", id: "fault-form", onsubmit, "aria-labelledby": "new-fault" },
    h("h2", { id: "new-fault" }, "Set a fault"),
    h(
      "div",
      { class: "row" },
      h("label", { class: "field" }, h("span", {}, "Kind"), kindSelect(data, context)),
      field("Operation", "string", { name: "operation", list: "operations", placeholder: kind.is_of_download ? "* /download" : "all", class: "long" }),
      h("datalist", { id: "operations" }, data.operations.map((name) => h("option", { value: name }))),
    ),
    h("p", { id: "kind-does", class: "soft" }, kind.sentence),
    h(
      "div",
      { class: "row" },
      ownFields(kind),
      timing(kind),
      field("Times", "times", { name: "times", min: 1, placeholder: "1" }),
      field("Probability", "probability", { name: "probability", min: 0, max: 1, placeholder: "always" }),
      field("Delay (s)", "seconds", { name: "delay", min: 0, placeholder: "0" }),
    ),
    h("button", { class: "primary", id: "set-fault" }, "Set fault"),
  );
}

const COMMON = new Set(["kind", "operation", "times", "left", "probability", "delay", "after"]);

function more(fault) {
  const words = Object.entries(fault)
    .filter(([name]) => !COMMON.has(name))
    .map(([name, value]) => `${name} ${value}`);
  if (fault.after) words.push("after the execution");
  if (fault.delay) words.push(`${fault.delay} s late`);
  if (fault.probability != null) words.push(`probability ${fault.probability}`);
  return words.join(", ") || "–";
}

function drawSet(data, context) {
  const columns = [
    { head: "Kind", cell: (fault) => fault.kind },
    { head: "Operation", cell: (fault) => h("code", {}, fault.operation === "*" ? "all" : fault.operation) },
    { head: "How", cell: more },
    { head: "Times left", number: true, cell: (fault) => (fault.left == null ? "no limit" : count(fault.left)) },
  ];
  const clear = () => context.act(() => call("faults", {}, "DELETE"), "There is no fault any more.");
  if (!data.faults.length) return empty("No fault is set.", h("p", {}, "Set one, and the next request that it applies to meets it."));
  return [table("Faults that are set", columns, data.faults), h("button", { id: "clear", onclick: clear }, "Clear all faults")];
}

export const faults = {
  title: "Faults",
  reads: () => ["fault_kinds", {}],
  draw(data, _, context) {
    const total = `${count(data.faults.length)} set`;
    return [
      h("div", { class: "title-row" }, h("h1", {}, "Faults"), h("p", { class: "total", role: "status" }, total)),
      drawSet(data, context),
      form(data, context),
    ];
  },
};
