-- SPDX-License-Identifier: MIT
-- Events of an app. Each is the payload that the service would send, { event = "meeting.started", …
-- }, in order of occurrence. Publishing an event also creates its deliveries.
local deliveries = require("rtk.emulator.webhooks.deliveries")

local events = {}

--- The events that webhooks can subscribe to.
events.NAMES = {
  "meeting.started",
  "meeting.ended",
  "meeting.participantJoined",
  "meeting.participantLeft",
  "meeting.chatSynced",
  "recording.statusUpdate",
  "livestreaming.statusUpdate",
  "meeting.transcript",
  "meeting.summary",
}

--- Records an event of an app and delivers it.
---@param emulator rtk.Emulator
---@param app table
---@param payload table with `event`
function events.publish(emulator, app, payload)
  app.events = app.events or {}
  table.insert(app.events, { at = emulator.clock:now(), payload = payload })
  deliveries.add(emulator, app, payload)
end

--- The events of an app, oldest first.
---@param app table
---@return { at: integer, payload: table }[]
function events.of(app)
  return app.events or {}
end

return events
