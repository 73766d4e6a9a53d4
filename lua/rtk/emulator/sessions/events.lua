-- SPDX-License-Identifier: MIT
-- The `meeting` member of events. As observed, its status stays LIVE after the end of the session,
-- and roomName repeats the meeting id.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local session_events = {}

--- A meeting as events show it.
---@param app table
---@param meeting table
---@param session? table the session that the event is about
---@return table
function session_events.meeting(app, meeting, session)
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

return session_events
