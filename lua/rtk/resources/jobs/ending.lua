-- SPDX-License-Identifier: MIT
-- Ends calls for all who are in them: closes meetings, ends sessions that were forgotten.
--
-- A meeting that is INACTIVE refuses only those who are not in it yet: its session goes on, and is
-- billed, until everyone is removed.

local array = require("rtk.array")
local error_as_success = require("rtk.attempts.error_as_success")
local core = require("rtk.core")
local misuse = require("rtk.misuse")
local response = require("rtk.values.response")
local steps = require("rtk.resources.ensure.steps")
local time = require("rtk.time")
local url = require("rtk.http.url")
local validate = require("rtk.validate")

---@class rtk.ClosedMeeting what it did; what was so already is not in it
---@field recordings string[] the ids of the recordings that it stopped
---@field livestream boolean whether it stopped a livestream
---@field kicked integer how many participants it removed, as far as the answers say
---@field deactivated boolean whether it made the meeting INACTIVE
---@field meeting? rtk.Meeting as it is now

---@class rtk.StaleSessions
---@field older_than number seconds since the session began

---@class rtk.ReapedSessions
---@field ended rtk.Session[] which it ended
---@field gone rtk.Session[] which had ended meanwhile
---@field failed { session: rtk.Session, message: string, err: rtk.Error }[]

local ending = {}

-- Kinds of failures that every further step would meet, too.
local is_final = { authentication = true, cancelled = true }

local is_running = { INVOKED = true, RECORDING = true, PAUSED = true }

-- The meeting of a recording: newer replies have its id, others the meeting itself.
local function is_of(recording, meeting_id)
  local meeting = type(recording.meeting) == "table" and recording.meeting.id
  local id = recording.meeting_id or meeting
  return type(id) ~= "string" or core.lower(id) == core.lower(meeting_id)
end

-- Notes a failure, the first of which close returns.
local function note(job, message, err)
  if not job.err then
    job.message, job.err = message, err
  end
end

local function stop_recordings(job)
  local recordings = job.client.recordings
  local found, message, err = recordings:_collect_of_meeting(job.meeting_id, function(recording)
    return is_running[recording.status] and is_of(recording, job.meeting_id)
  end, job.steps:options())
  if not found then return note(job, message, err) end
  for _, recording in ipairs(found) do
    local stopped
    stopped, message, err = recordings:stop(recording.id, nil, job.steps:options())
    if stopped then
      table.insert(job.report.recordings, recording.id)
    elseif err.reason ~= "already_stopped" and not error_as_success.is_absence(err) then
      note(job, message, err)
    end
  end
end

local function stop_livestream(job)
  local options = job.steps:options()
  local stopped, message, err = job.client.livestreams:stop(job.meeting_id, nil, options)
  if stopped then
    job.report.livestream = true
  elseif
    err.reason ~= "already_stopped"
    and err.reason ~= "stopping"
    and not error_as_success.is_absence(err)
  then
    note(job, message, err)
  end
end

-- Refusals for which there may be no session.
local is_doubtful = { invalid = true, conflict = true, api = true }

-- Removes everyone who is there; nil, message and the error when somebody may be left.
local function kick_all(job)
  local active_session = job.client.active_session
  local kicked, message, err = active_session:kick_all(job.meeting_id, nil, job.steps:options())
  if kicked then
    job.report.kicked = job.report.kicked + (kicked.kicked_participants_count or 0)
    return true
  end
  if error_as_success.is_absence(err) then return true end
  if is_doubtful[err.kind] then
    local session = active_session:find(job.meeting_id, nil, job.steps:options())
    if session == false then return true end
  end
  return nil, message, err
end

-- Whether this did what it should shows at the end.
local function kick_those_there(job)
  local _, _, err = kick_all(job)
  if err and is_final[err.kind] then note(job, err.message, err) end
end

local function deactivate(job)
  local meetings = job.client.meetings
  local meeting, message, err = meetings:get(job.meeting_id, nil, job.steps:options())
  if meeting and meeting.status ~= "INACTIVE" then
    local body = { status = "INACTIVE" }
    meeting, message, err = meetings:update(job.meeting_id, body, job.steps:options())
    job.report.deactivated = meeting ~= nil
  end
  if not meeting then return note(job, message, err) end
  job.report.meeting = meeting
end

-- Someone may have come before the meeting was INACTIVE, or the first kick has failed.
local function kick_those_left(job)
  local options = job.steps:options()
  local session, message, err = job.client.active_session:find(job.meeting_id, nil, options)
  if session then
    local _
    _, message, err = kick_all(job)
  end
  if err then note(job, message, err) end
end

local sequence = { stop_recordings, stop_livestream, kick_those_there, deactivate, kick_those_left }

local function close(job)
  job.report = { recordings = array.new(), livestream = false, kicked = 0, deactivated = false }
  for _, step in ipairs(sequence) do
    step(job)
    if job.err and (is_final[job.err.kind] or job.steps:is_over()) then break end
  end
  if not job.err then return job.report end
  job.err.done = job.report
  return nil, job.message, job.err
end

--- See rtk.Meetings.close.
---@param meetings rtk.Meetings
---@param meeting_id string
---@param options? rtk.EnsureOptions
---@return rtk.ClosedMeeting? report, string? message, rtk.Error? err
function ending.close(meetings, meeting_id, options)
  url.segment("meeting_id", meeting_id)
  local client = meetings._client
  local job =
    { client = client, meeting_id = meeting_id, steps = steps.new(client, options, "once") }
  return job.steps:run({ "close", meeting_id }, function()
    return close(job)
  end)
end

local which_kinds = { older_than = validate.wait }

local function check(which)
  misuse.check("which sessions", which, "table")
  validate.check("which sessions", which, which_kinds)
  if which.older_than == nil then misuse.raise("older_than, in seconds, is missing") end
end

local function stale_of(sessions, which, job)
  return sessions:_collect_live(function(session)
    local started = time.parse(session.started_at or session.created_at or "")
    if session.status ~= "LIVE" or not started or not session.associated_id then return false end
    -- The service's time comes in whole seconds.
    return math.max(0, response.time_of(session) - started) >= which.older_than
  end, job:options())
end

--- See rtk.Sessions.stale.
---@param sessions rtk.Sessions
---@param which rtk.StaleSessions
---@param options? rtk.CallOptions
---@return rtk.Session[]? sessions, string? message, rtk.Error? err
function ending.stale(sessions, which, options)
  check(which)
  return stale_of(sessions, which, steps.new(sessions._client, options))
end

-- Ends one session. Only the meeting's current session can be ended, which may be another one.
-- Returns a message and the error when it failed.
local function end_session(report, session, job)
  local active_session, meeting_id = session._client.active_session, session.associated_id
  local active, message, err = active_session:find(meeting_id, nil, job:options())
  local kicked
  if active and active.id == session.id then
    kicked, message, err = active_session:kick_all(meeting_id, nil, job:options())
  end
  if kicked then
    table.insert(report.ended, session)
  elseif not err or error_as_success.is_absence(err) then
    table.insert(report.gone, session)
  else
    table.insert(report.failed, { session = session, message = message, err = err })
    return message, err
  end
end

local function reap(sessions, which, job)
  local stale, message, err = stale_of(sessions, which, job)
  if not stale then return nil, message, err end
  local report = { ended = array.new(), gone = array.new(), failed = array.new() }
  for _, session in ipairs(stale) do
    message, err = end_session(report, session, job)
    if err and (is_final[err.kind] or job:is_over()) then
      err.done = report
      return nil, message, err
    end
  end
  return report
end

--- See rtk.Sessions.reap.
---@param sessions rtk.Sessions
---@param which rtk.StaleSessions
---@param options? rtk.EnsureOptions
---@return rtk.ReapedSessions? report, string? message, rtk.Error? err
function ending.reap(sessions, which, options)
  check(which)
  local job = steps.new(sessions._client, options, "once")
  return job:run({ "reap" }, function()
    return reap(sessions, which, job)
  end)
end

return ending
