-- SPDX-License-Identifier: MIT
-- Waits of objects: until a recording, a livestream or a session has a status, until a meeting is
-- live. Each look is one GET and takes no longer than the wait has left.

local core = require("rtk.core")
local errors = require("rtk.errors")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local redact = require("rtk.http.redact")
local suggest = require("rtk.suggest")
local validate = require("rtk.validate")
local wait_until = require("rtk.resources.jobs.wait_until")

---@class rtk.StatusWait: rtk.WaitOptions
---@field status? string|string[] what to wait for; one of several is enough

local waits = {}

-- The last look is made so long before the end that its answer can still come.
local RESERVE, RESERVE_RATIO = 1, 0.1 -- seconds; of the timeout

local SHORTEST_CALL = 0.001 -- seconds
local LONGEST_REASON = 200 -- bytes

-- The statuses of each kind of object in their order; those with the same rank may follow each
-- other. ERRORED is a failure unless it is waited for.
local recording = {
  ranks = { INVOKED = 1, RECORDING = 2, PAUSED = 2, UPLOADING = 3, UPLOADED = 4, ERRORED = 4 },
  default = "UPLOADED",
}

local livestream = { ranks = { INVOKED = 1, LIVE = 1, IDLE = 1, ERRORED = 1 }, default = "LIVE" }

local session = { ranks = { LIVE = 1, ENDED = 2 }, default = "ENDED" }

function recording.reason(fresh)
  return type(fresh.stop_reason) == "table" and fresh.stop_reason.reason
end

-- What the newest of its sessions ended with.
function livestream.reason(fresh, options)
  local details = fresh:details(nil, options)
  local found = details and (details.sessions and details.sessions[1] or details.session)
  return type(found) == "table" and found.err_message
end

local function check_status(ranks, name)
  if ranks[name] then return end
  misuse.check("status", name, "string")
  local clause = suggest.clause(name, suggest.names(ranks))
  misuse.raise(("there is no status %q"):format(name) .. clause)
end

local function wanted_in(kind, given)
  if given == nil then given = kind.default end
  if type(given) ~= "table" then given = { given } end
  local wanted, latest = {}, 0
  for _, name in ipairs(input_table.shallow("status", given)) do
    check_status(kind.ranks, name)
    wanted[name], latest = true, math.max(latest, kind.ranks[name])
  end
  if next(wanted) == nil then misuse.raise("name at least one status to wait for") end
  return wanted, latest
end

local status_kinds = {
  status = function(name, value)
    if type(value) ~= "table" then misuse.check(name, value, "string") end
  end,
}

local function check(wait, options, extra)
  wait = input_table.deep("what to wait for", wait or {})
  validate.check("what to wait for", wait, wait_until.option_kinds, extra)
  options = input_table.deep("options", options or {})
  misuse.check("options", options, "table")
  option.check_call(options)
  return wait, options
end

-- The options of a look.
local function within(options, left)
  local copy = {}
  for name, value in pairs(options) do
    copy[name] = value
  end
  copy.total_timeout = math.max(SHORTEST_CALL, math.min(options.total_timeout or left, left))
  return copy
end

local function run(client, wait, look, describe)
  local timeout = wait.timeout or wait_until.TIMEOUT
  local reserve = math.min(RESERVE, timeout * RESERVE_RATIO)
  return wait_until.run(look, wait, client._channel.runtime, reserve, describe)
end

local function name_of(object)
  return core.lower(getmetatable(object).__name:match("[^.]*$"))
end

local function errored(object, kind, options)
  local reason, message = kind.reason(object, options), "the " .. name_of(object) .. " is ERRORED"
  if type(reason) == "string" and reason ~= "" then
    message = message .. ": " .. redact.line(reason, LONGEST_REASON)
  end
  return errors.of_wait("api", message, "errored")
end

local function passed(object)
  local message = "the %s is %s already, which nothing of what is waited for can follow"
  return errors.of_wait("conflict", message:format(name_of(object), object.status), "passed")
end

-- Why an object will never have a wanted status; nil if it may.
local function obstacle(object, kind, latest, options_now)
  if object.status == "ERRORED" then return errored(object, kind, options_now()) end
  local rank = kind.ranks[object.status]
  return rank and rank > latest and passed(object) or nil
end

-- What a wait that takes too long says.
local function describe_status(object, wanted)
  local names = table.concat(suggest.names(wanted), " or ")
  return function()
    local state = object.status and "it is " .. tostring(object.status) or nil
    return ("the %s has not become %s"):format(name_of(object), names), state
  end
end

local function until_status(object, kind, wait, options)
  wait, options = check(wait, options, status_kinds)
  local wanted, latest = wanted_in(kind, wait.status)
  local runtime = object._client._channel.runtime
  return run(object._client, wait, function(left)
    local ends_at = runtime:now() + left
    local function options_now()
      return within(options, ends_at - runtime:now())
    end
    local fresh, message, err = object:reload(options_now())
    if not fresh then return nil, message, err end
    if wanted[fresh.status] then return fresh end
    err = obstacle(fresh, kind, latest, options_now)
    if err then return nil, err.message, err end
    return false
  end, describe_status(object, wanted))
end

--- See rtk.Recording.wait.
---@param object rtk.Recording
---@param wait? rtk.StatusWait
---@param options? rtk.CallOptions
---@return rtk.Recording? object, string? message, rtk.Error? err
function waits.recording(object, wait, options)
  return until_status(object, recording, wait, options)
end

--- See rtk.Livestream.wait.
---@param object rtk.Livestream
---@param wait? rtk.StatusWait
---@param options? rtk.CallOptions
---@return rtk.Livestream? object, string? message, rtk.Error? err
function waits.livestream(object, wait, options)
  return until_status(object, livestream, wait, options)
end

--- See rtk.Session.wait.
---@param object rtk.Session
---@param wait? rtk.StatusWait
---@param options? rtk.CallOptions
---@return rtk.Session? object, string? message, rtk.Error? err
function waits.session(object, wait, options)
  return until_status(object, session, wait, options)
end

--- See rtk.Meeting.wait_live.
---@param meeting rtk.Meeting
---@param wait? rtk.WaitOptions
---@param options? rtk.CallOptions
---@return rtk.Session? session, string? message, rtk.Error? err
function waits.meeting_live(meeting, wait, options)
  wait, options = check(wait, options)
  local active_session = meeting._client.active_session
  return run(meeting._client, wait, function(left)
    return active_session:find(meeting.id, nil, within(options, left))
  end, function()
    return "the meeting has not become live"
  end)
end

return waits
