-- SPDX-License-Identifier: MIT
-- Starts the recording or the livestream of a meeting unless one is running.
--
-- The service refuses a second one, and only its refusal says whether the first is still stopping.
-- So this starts first, and looks afterwards; after a lost answer it starts again.

local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local steps = require("rtk.resources.ensure.steps")
local url = require("rtk.http.url")

local started = {}

local MOST_LOST = 3 -- answers
local DEFAULT_WAIT = 30 -- seconds

local function is_lost(err)
  return err.maybe_executed and err.kind ~= "cancelled"
end

-- One that an earlier, lost start may have started leaves doubt about the failure.
local function fail(lost, message, err)
  if lost > 0 then err.maybe_executed = true end
  return nil, message, err
end

local function start_or_find(self, start, find)
  local lost, limit = 0, self:now() + (self.given.wait or DEFAULT_WAIT)
  while true do
    local value, message, err = start(self:options())
    if value then return value, "created" end
    if err.reason == "already_running" then
      local found, why, failure = find(self:options())
      if found then return found, lost > 0 and "created" or "found" end
      if found == nil then return fail(lost, why, failure) end
    elseif is_lost(err) then
      lost = lost + 1
    elseif err.reason ~= "stopping" then
      return fail(lost, message, err)
    end
    local may_go_on = lost < MOST_LOST and self:pause(not is_lost(err) and limit or nil)
    if not may_go_on then return fail(lost, message, err) end
  end
end

local function run(self, parts, start, find)
  return self:run(parts, function()
    return start_or_find(self, start, find)
  end)
end

local function recording_body(meeting_id, body)
  body = input_table.shallow("body", body or {})
  misuse.check("body", body, "table")
  local copy = {}
  for name, value in pairs(body) do
    copy[name] = value
  end
  if copy.allow_multiple_recordings then
    misuse.raise("ensure_started starts no second recording: leave out allow_multiple_recordings")
  end
  if copy.meeting_id ~= nil and copy.meeting_id ~= meeting_id then
    misuse.raise("body.meeting_id is another meeting than the first argument: leave it out")
  end
  copy.meeting_id = meeting_id
  return copy
end

--- See rtk.Recordings.ensure_started.
---@param recordings rtk.Recordings
---@param meeting_id string
---@param body? table
---@param options? rtk.EnsureStartedOptions
function started.recording(recordings, meeting_id, body, options)
  url.segment("meeting_id", meeting_id)
  body = recording_body(meeting_id, body)
  local self = steps.new(recordings._client, options, "once", "wait")
  return run(self, { "recording", meeting_id }, function(call_options)
    return recordings:start(body, call_options)
  end, function(call_options)
    return recordings:find_active(meeting_id, nil, call_options)
  end)
end

--- See rtk.Livestreams.ensure_started.
---@param livestreams rtk.Livestreams
---@param meeting_id string
---@param body? table
---@param options? rtk.EnsureStartedOptions
function started.livestream(livestreams, meeting_id, body, options)
  url.segment("meeting_id", meeting_id)
  local self = steps.new(livestreams._client, options, "once", "wait")
  return run(self, { "livestream", meeting_id }, function(call_options)
    return livestreams:start(meeting_id, body, call_options)
  end, function(call_options)
    return livestreams:find_active(meeting_id, nil, call_options)
  end)
end

-- The statuses of a recording that is over.
local is_over = { UPLOADING = true, UPLOADED = true, ERRORED = true }

-- What became of a recording whose stop was refused or lost. One that is refused because the
-- recording is stopping already is waited for.
local function after_stop(self, recordings, id, message, err)
  local limit = self:now() + (self.given.wait or DEFAULT_WAIT)
  while true do
    local recording, why, failure = recordings:get(id, nil, self:options())
    if not recording then return nil, why, failure end
    if is_over[recording.status] then return recording end
    if is_lost(err) or not self:pause(limit) then return nil, message, err end
  end
end

local function stop_active(self, recordings, meeting_id)
  local active, message, err = recordings:find_active(meeting_id, nil, self:options())
  if not active then return active, message, err end
  local stopped
  stopped, message, err = recordings:stop(active.id, nil, self:options())
  if stopped then return stopped end
  if err.reason == "already_stopped" or is_lost(err) then
    return after_stop(self, recordings, active.id, message, err)
  end
  return nil, message, err
end

--- See rtk.Recordings.stop_if_running.
---@param recordings rtk.Recordings
---@param meeting_id string
---@param options? rtk.EnsureStartedOptions
function started.stop_recording(recordings, meeting_id, options)
  url.segment("meeting_id", meeting_id)
  local self = steps.new(recordings._client, options, "once", "wait")
  -- The same lock as for starting one.
  return self:run({ "recording", meeting_id }, function()
    return stop_active(self, recordings, meeting_id)
  end)
end

return started
