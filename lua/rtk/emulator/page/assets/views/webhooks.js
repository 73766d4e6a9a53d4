// SPDX-License-Identifier: MIT
// Webhooks and their deliveries: the signed body, the attempts and their answers, and "send again".
import { call, connect, operate } from "../api.js";
import { h } from "../dom.js";
import { badge, count, named, time } from "../format.js";
import { empty, facts, identity, table } from "../parts.js";
import { link } from "../router.js";
import { body } from "../bodies.js";
import { list } from "./list.js";

function again(delivery, context) {
  const onclick = () => context.act(() => call("redeliver", { id: delivery.id }), "The delivery is sent again.");
  return h("button", { class: "small", onclick, "aria-label": `Send again: ${delivery.event}` }, "Send again");
}

function answer(delivery) {
  if (delivery.status) return `${delivery.status}`;
  return delivery.error ? h("span", { class: "wrong" }, delivery.error) : h("span", { class: "none" }, "–");
}

function deliveryColumns(context) {
  return [
    { head: "Event", cell: (delivery) => h("a", { href: link("deliveries", delivery.id) }, delivery.event) },
    { head: "State", cell: (delivery) => badge(delivery.state) },
    { head: "Attempts", number: true, cell: (delivery) => count(delivery.attempts) },
    { head: "Last answer", cell: answer },
    { head: "Last attempt", cell: (delivery) => time(delivery.at, context.now) },
    { head: "Actions", cell: (delivery) => again(delivery, context) },
  ];
}

const NO_DELIVERY = "Deliveries come with events: let a participant join a meeting, for one.";

function drawDelivery(data, _, context) {
  const columns = [
    { head: "When", cell: (attempt) => time(Date.parse(attempt.at), context.now) },
    { head: "Answer", cell: answer },
  ];
  const headers = Object.entries(data.headers).map(([name, value]) => [h("code", {}, name), h("code", {}, value)]);
  return [
    h("div", { class: "title-row" }, h("h1", {}, data.event), badge(data.state), again(data, context)),
    facts(["To", h("code", {}, data.url)], ["Webhook", h("a", { href: link("webhooks", data.webhook_id) }, data.webhook_id)]),
    h("h2", {}, "Attempts"),
    data.attempts.length ? table("Attempts", columns, data.attempts) : empty("Not sent yet."),
    h("h2", {}, "Headers"),
    facts(...headers),
    h("h2", {}, "Signed body"),
    body(data.body, "Signed body", context),
  ];
}

export const deliveries = list({
  kind: "deliveries",
  title: "Deliveries",
  one: "delivery",
  many: "deliveries",
  statuses: ["pending", "waiting", "delivered", "failed", "cancelled"],
  columns: deliveryColumns,
  nothing: () => empty("Nothing was delivered yet.", h("p", {}, NO_DELIVERY)),
  detail: drawDelivery,
});

function addForm(context) {
  const onsubmit = (event) => {
    event.preventDefault();
    const form = event.target;
    const { name, url } = form.elements;
    const members = { name: name.value, url: url.value };
    context.act(async () => {
      members.events = (await connect()).webhook_events;
      await operate(context.place, "POST", "/webhooks", members);
      form.reset();
    }, "The webhook gets all events from now on.");
  };
  return h(
    "form",
    { class: "row inline", onsubmit, "aria-label": "New webhook" },
    h("input", { name: "name", required: true, placeholder: "Name", "aria-label": "Name of a new webhook", autocomplete: "off" }),
    h("input", { name: "url", type: "url", required: true, placeholder: "http://127.0.0.1:3000/", "aria-label": "URL of a new webhook" }),
    h("button", {}, "New webhook"),
  );
}

function drawWebhook(data, _, context) {
  const webhook = data.row;
  const found = data.deliveries;
  return [
    h("div", { class: "title-row" }, h("h1", {}, named(webhook.name)), badge(webhook.enabled ? "enabled" : "disabled")),
    facts(
      ["Id", identity(webhook.id)],
      ["URL", h("code", {}, webhook.url)],
      ["Events", h("ul", { class: "plain" }, webhook.events.map((event) => h("li", {}, event)))],
      ["Created", time(webhook.created, context.now)],
    ),
    h("h2", {}, `Deliveries (${count(found.total)})`),
    found.rows.length ? table("Deliveries", deliveryColumns(context), found.rows) : empty("Nothing was delivered yet.", h("p", {}, NO_DELIVERY)),
    found.pages > 1 && h("a", { class: "button", href: link("deliveries", null, { webhook_id: webhook.id }) }, "All of them"),
  ];
}

export const webhooks = list({
  kind: "webhooks",
  title: "Webhooks",
  one: "webhook",
  many: "webhooks",
  actions: addForm,
  columns: (context) => [
    { head: "Name", cell: (webhook) => h("a", { href: link("webhooks", webhook.id) }, named(webhook.name)) },
    { head: "URL", cell: (webhook) => h("code", {}, webhook.url) },
    { head: "Events", number: true, cell: (webhook) => count(webhook.events.length) },
    { head: "State", cell: (webhook) => badge(webhook.enabled ? "enabled" : "disabled") },
    { head: "Created", cell: (webhook) => time(webhook.created, context.now) },
  ],
  nothing: () => empty("There is no webhook yet.", h("p", {}, "Programs create them with POST /webhooks; so does the form above.")),
  detail: drawWebhook,
});
