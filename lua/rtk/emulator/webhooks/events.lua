-- SPDX-License-Identifier: MIT
-- What happened in an app, as its webhooks are told: each event is the payload that the service
-- would send, { event = "meeting.started", ... }, in the order of occurrence. Publishing one also
-- delivers it to the webhooks that ask for it.
local deliveries = require("rtk.emulator.webhooks.deliveries")

local events = {}

--- Notes an event of an app and delivers it.
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
