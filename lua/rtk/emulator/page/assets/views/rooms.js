// SPDX-License-Identifier: MIT
// Who is in which room now, with what a participant can do there.
import { call } from "../api.js";
import { h } from "../dom.js";
import { count, named, span } from "../format.js";
import { empty, pager, search } from "../parts.js";
import { link } from "../router.js";

/** Makes a meeting with two participants, for those who look at an empty emulator. */
export function exampleButton(context) {
  const onclick = () =>
    context.act(
      () => call("seed", { meetings: 1, participants: 2, app_id: context.place.app_id }),
      "There is a meeting with two participants now.",
    );
  return h("button", { id: "example", class: "primary", onclick }, "Make an example meeting");
}

/** Lets someone leave. */
export function leave(peer, context) {
  return context.act(() => call("leave", { peer_id: peer.id, ...context.place }), `${peer.name} has left.`);
}

/** Lets someone who is muted speak again. */
export function unmute(peer, context) {
  return context.act(() => call("unmute", { peer_id: peer.id, ...context.place }), `${peer.name} may be heard.`);
}

function person(peer, context) {
  return h(
    "li",
    { "data-key": peer.id },
    h("span", { class: "name" }, named(peer.name, "no name")),
    h("span", { class: "since" }, `for ${span(context.now - peer.joined)}`),
    peer.muted && h("span", { class: "badge busy" }, "muted"),
    peer.muted &&
      h("button", { class: "small", onclick: () => unmute(peer, context), "aria-label": `Unmute ${peer.name}` }, "Unmute"),
    h("button", { class: "small", onclick: () => leave(peer, context), "aria-label": `Leave: ${peer.name}` }, "Leave"),
  );
}

function card(room, context) {
  const more = room.present - room.people.length;
  return h(
    "section",
    { class: "card", "data-key": room.id, "aria-labelledby": `room-${room.id}` },
    h("h2", { id: `room-${room.id}` }, h("a", { href: link("meetings", room.meeting_id) }, named(room.title))),
    h("p", { class: "soft" }, `${count(room.present)} in the room, since ${span(context.now - room.started)}`),
    h("ul", { class: "people" }, room.people.map((peer) => person(peer, context))),
    room.present === 0 && h("p", { class: "soft" }, "Empty: the session ends unless someone comes back."),
    more > 0 && h("p", { class: "soft" }, `and ${count(more)} more`),
  );
}

function nothing(route, context) {
  if (route.query.search) return empty("Nothing matches.", h("a", { class: "button", href: link("rooms") }, "Show all"));
  if (context.counts.meetings) {
    const to = h("a", { class: "button primary", href: link("meetings") }, "Open a meeting");
    return empty("No one is in a room.", h("p", {}, "Open a meeting and let a participant join."), to);
  }
  return empty(
    "There is no meeting yet.",
    h("p", {}, "Programs create them; ", h("a", { href: link("connect") }, "Connect"), " says how to point one here."),
    exampleButton(context),
  );
}

export const rooms = {
  title: "Rooms",
  reads: (route) => ["objects", { kind: "rooms", ...route.query }],
  draw(data, route, context) {
    return [
      h(
        "div",
        { class: "title-row" },
        h("h1", {}, "Rooms"),
        h("p", { class: "total", role: "status" }, `${count(data.total)} in use`),
      ),
      (data.total > 0 || route.query.search) && h("div", { class: "filters row" }, search("Search rooms and people", route)),
      data.rows.length ? h("div", { class: "cards" }, data.rows.map((room) => card(room, context))) : nothing(route, context),
      pager(data, route),
    ];
  },
};
