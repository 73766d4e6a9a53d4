// SPDX-License-Identifier: MIT
// The views by name. A view is { title, reads(route), draw(data, route, context) }: the call that it
// reads from, with members, and the elements that it shows.
import { apps } from "./apps.js";
import { charts } from "./charts.js";
import { connect } from "./connect.js";
import { faults } from "./faults.js";
import { journal } from "./journal.js";
import { livestreams } from "./livestreams.js";
import { meetings } from "./meetings.js";
import { presets } from "./presets.js";
import { recordings } from "./recordings.js";
import { rooms } from "./rooms.js";
import { sessions } from "./sessions.js";
import { deliveries, webhooks } from "./webhooks.js";

export const views = {
  __proto__: null, // an address may name anything
  rooms,
  meetings,
  sessions,
  recordings,
  livestreams,
  presets,
  webhooks,
  deliveries,
  apps,
  faults,
  journal,
  charts,
  connect,
};
