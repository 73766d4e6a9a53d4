-- SPDX-License-Identifier: MIT
-- Sessions of livestreams: one for each time that a livestream is live. A session is a record with
-- livestream_id, started?, stopped?, err_message?, viewers (their number), viewers_since and viewed
-- (total watch time before that); times are milliseconds.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")
local record = require("rtk.emulator.state.record")

local livestream_sessions = {}

--- A new session, invoked now.
---@param emulator rtk.Emulator
---@param app table
---@param livestream table
---@return table session
function livestream_sessions.open(emulator, app, livestream)
  local session = record.new(emulator, {})
  session.livestream_id = livestream.id
  session.viewers, session.viewers_since, session.viewed = 0, session.created, 0
  return app:all("livestream_sessions"):add(session)
end

--- The session of a livestream that is not over.
---@param app table
---@param livestream table
---@return table? session
function livestream_sessions.current(app, livestream)
  return app:all("livestream_sessions"):find(function(session)
    return session.livestream_id == livestream.id and not session.stopped
  end)
end

--- The sessions of the livestream of a session's meeting that overlap with the session.
---@param app table
---@param session table
---@return table[]
function livestream_sessions.during(app, session)
  local livestreams = app:all("livestreams")
  return app:all("livestream_sessions"):select(function(streamed)
    local is_of_meeting = livestreams:get(streamed.livestream_id).meeting_id == session.meeting_id
    local begins_in_time = streamed.created <= (session.ended or streamed.created)
    local ends_in_time = (streamed.stopped or session.started) >= session.started
    return is_of_meeting and begins_in_time and ends_in_time
  end)
end

--- The watch time of all viewers so far, in milliseconds.
---@param emulator rtk.Emulator
---@param session table
---@return integer
function livestream_sessions.viewed(emulator, session)
  local watched = (session.stopped or emulator.clock:now()) - session.viewers_since
  return session.viewed + session.viewers * watched
end

--- The live time so far, in milliseconds.
---@param emulator rtk.Emulator
---@param session table
---@return integer
function livestream_sessions.streamed(emulator, session)
  if not session.started then return 0 end
  return (session.stopped or emulator.clock:now()) - session.started
end

--- Adds viewers, or removes them if the number is negative.
---@param emulator rtk.Emulator
---@param session table
---@param number integer
function livestream_sessions.add_viewers(emulator, session, number)
  session.viewed = livestream_sessions.viewed(emulator, session)
  session.viewers_since = emulator.clock:now()
  session.viewers = math.max(session.viewers + number, 0)
end

local function time_or_null(milliseconds)
  return milliseconds and clock.format(milliseconds) or json.null
end

--- A session as the API shows it.
---@param session table
---@param request rtk.emulator.Request
---@return table
function livestream_sessions.view(session, request)
  local emulator = request.emulator
  return {
    created_at = clock.format(session.created),
    err_message = session.err_message or json.null,
    id = session.id,
    ingest_seconds = math.floor(livestream_sessions.streamed(emulator, session) / 1000),
    invoked_time = clock.format(session.created),
    livestream_id = session.livestream_id,
    started_time = time_or_null(session.started),
    stopped_time = time_or_null(session.stopped),
    updated_at = clock.format(session.updated),
    viewer_seconds = math.floor(livestream_sessions.viewed(emulator, session) / 1000),
  }
end

return livestream_sessions
