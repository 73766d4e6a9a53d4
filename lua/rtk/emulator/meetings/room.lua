-- SPDX-License-Identifier: MIT
-- Presence in a meeting's room. Recordings and livestreams end when the room has been empty for a
-- minute. Reads only session records, because the session life cycle requires those of recordings
-- and livestreams, which require this module.
local room = {}

local EMPTY_TIME = 60000

local function last_session(app, meeting_id)
  local sessions = app:all("sessions"):select(function(session)
    return session.meeting_id == meeting_id
  end)
  return sessions[#sessions]
end

--- The session in progress of a meeting.
---@param app table
---@param meeting_id string
---@return table? session
function room.session(app, meeting_id)
  local session = last_session(app, meeting_id)
  return session and not session.ended and session or nil
end

--- The time when the room became empty: 0 if it always was, nil if it is not empty.
local function empty_since(app, meeting_id)
  local session = last_session(app, meeting_id)
  local since = 0
  for _, peer in ipairs(session and session.peers:select() or {}) do
    if not peer.left then return nil end
    since = math.max(since, peer.left)
  end
  return since
end

--- Whether the room of a meeting has been empty for a minute.
---@param emulator rtk.Emulator
---@param app table
---@param meeting_id string
---@return boolean
function room.is_deserted(emulator, app, meeting_id)
  local since = empty_since(app, meeting_id)
  return since ~= nil and since + EMPTY_TIME <= emulator.clock:now()
end

--- Plans a task { kind, meeting_id } for the time when a room that is empty now will be deserted,
--- which is now if it already is. Whether it is will have to be asked then.
---@param emulator rtk.Emulator
---@param app table
---@param meeting_id string
---@param kind string
function room.plan(emulator, app, meeting_id, kind)
  local now = emulator.clock:now()
  local at = math.max((empty_since(app, meeting_id) or now) + EMPTY_TIME, now)
  emulator.schedule:add({ at = at, kind = kind, meeting_id = meeting_id })
end

return room
