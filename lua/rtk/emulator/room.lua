-- SPDX-License-Identifier: MIT
-- Who is in a meeting's room, for what depends on it (recordings, livestreams). Read from the
-- sessions' records alone: meeting_id, ended? and `peers` with left?, times in milliseconds. The
-- sessions themselves call those who depend on the room, so they cannot be asked here.
local M = {}

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
function M.session(app, meeting_id)
  local session = last_session(app, meeting_id)
  return session and not session.ended and session or nil
end

--- When the last one left a meeting's room: 0 when nobody ever was in it, nil when somebody is.
---@param app table
---@param meeting_id string
---@return integer? milliseconds
function M.empty_since(app, meeting_id)
  local session = last_session(app, meeting_id)
  local since = 0
  for _, peer in ipairs(session and session.peers:select() or {}) do
    if not peer.left then return nil end
    since = math.max(since, peer.left)
  end
  return since
end

return M
