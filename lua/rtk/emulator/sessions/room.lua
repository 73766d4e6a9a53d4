-- SPDX-License-Identifier: MIT
-- Who is in a meeting's room, for what depends on it: recordings and livestreams end when it has
-- been empty for a minute. Read from the sessions' records alone: meeting_id, ended? and `peers`
-- with left?, times in milliseconds. The sessions themselves call those who depend on the room, so
-- they cannot be asked here.
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

--- When the last one left: 0 when nobody ever was in the room, nil when somebody is.
local function empty_since(app, meeting_id)
  local session = last_session(app, meeting_id)
  local since = 0
  for _, peer in ipairs(session and session.peers:select() or {}) do
    if not peer.left then return nil end
    since = math.max(since, peer.left)
  end
  return since
end

--- Whether the room of a meeting has been empty for so long that nobody is expected back.
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
