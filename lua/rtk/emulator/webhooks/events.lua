-- SPDX-License-Identifier: MIT
-- Events of an app. Each is the payload that the service would send, { event = "meeting.started", …
-- }, in order of occurrence. Publishing an event also creates its deliveries.
local clock = require("rtk.emulator.state.clock")
local deliveries = require("rtk.emulator.webhooks.deliveries")
local json = require("rtk.emulator.util.json")

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

--- A meeting as events show it. As observed, its status stays LIVE after the end of the session,
--- and roomName repeats the meeting id.
---@param app table
---@param meeting table
---@param session? table the session that the event is about
---@return table
function events.meeting(app, meeting, session)
  local shown = {
    id = meeting.id,
    title = meeting.fields.title or json.null,
    roomName = meeting.id,
    status = "LIVE",
    createdAt = clock.format((session or meeting).created),
    organizedBy = { id = app.id, name = app.fields.name },
  }
  if session then
    shown.sessionId, shown.startedAt = session.id, clock.format(session.started)
    shown.endedAt = session.ended and clock.format(session.ended)
  end
  return shown
end

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
