-- SPDX-License-Identifier: MIT
-- Recognizes a repeated call that finds its work done: an earlier attempt did it,
-- but the answer was lost.
--
-- After such an attempt a refusal may only mean that nothing is left to do. Some
-- refusals say so; after others the client reads the state and compares it with
-- what was asked for. What stays unclear stays a failure. Nothing here makes calls.

local operation = require("rtk.schema.operation")
local api_error = require("rtk.http.api_error")

local settled = {}

-- The longest that reading a state may take, in seconds.
local LONGEST_READ = 10

local KICK = "POST /meetings/{meeting_id}/active-session/kick"
local KICK_ALL = "POST /meetings/{meeting_id}/active-session/kick-all"
local STOP_LIVESTREAM = "POST /meetings/{meeting_id}/active-livestream/stop"
local CHANGE_RECORDING = "PUT /recordings/{recording_id}"

-- Operations that are done where there is nothing to find, besides every DELETE.
local ends_in_absence = { [KICK] = true, [KICK_ALL] = true, [STOP_LIVESTREAM] = true }

-- The gateway's codes for a path that leads nowhere: these say nothing about the state.
local is_unrouted = { [7000] = true, [7003] = true }

-- Whether a reply says that what was named is not there. What stands in front of the API does not
-- know.
local function is_absence(err)
  if err.kind ~= "not_found" or err.status >= 500 then return false end
  if api_error.source(err.body, {}) == "edge" then return false end
  for _, item in ipairs(err.errors) do
    if is_unrouted[tonumber(item.code)] then return false end
  end
  return true
end

-- The service stops a livestream in its own time, and says so when it is asked again.
local function is_stopping(err)
  for _, item in ipairs(err.errors) do
    if type(item.message) == "string" and item.message:find("[Ss]topping") then return true end
  end
  return false
end

-- Replies that make sense only from the service that knows the state.
local is_refusal = { invalid = true, conflict = true, api = true }

--- Whether a failure says itself that the call's work is done.
---@param call table
---@param err rtk.Error of the last attempt
---@return boolean
function settled.is_said(call, err)
  if not call.answer_lost then return false end
  local name = call.operation.name
  if is_absence(err) then return call.method == "DELETE" or ends_in_absence[name] == true end
  return name == STOP_LIVESTREAM and is_refusal[err.kind] == true and is_stopping(err)
end

-- By the action, the statuses in which a recording has done it.
local recording_statuses = {
  stop = { UPLOADING = true, UPLOADED = true, ERRORED = true },
  pause = { PAUSED = true },
  resume = { RECORDING = true },
}

local function recording_reply(asked, reply)
  local statuses = recording_statuses[asked.action]
  local is_done = reply and statuses and statuses[operation.data(reply.value).status]
  return is_done and reply.value or nil
end

local livestream_statuses = { IDLE = true, ERRORED = true }

-- There is nothing left that the call could end.
local function absence_reply(_, reply, err)
  return not reply and is_absence(err) and {} or nil
end

local function livestream_reply(_, reply, err)
  if not reply then return absence_reply(nil, nil, err) end
  return livestream_statuses[operation.data(reply.value).status] and {} or nil
end

---@class rtk.StateReading how to find out whether a call's work is done; ids are the call's own
---@field operation string "GET /template"
---@field reply_of fun(asked: any, reply?: rtk.Reply, err?: rtk.Error): table? from the call's
---body and from what was read: the body that the call ends in; nil when its work is not done

local readings = {
  [CHANGE_RECORDING] = {
    operation = "GET /recordings/{recording_id}",
    reply_of = recording_reply,
  },
  [KICK_ALL] = {
    operation = "GET /meetings/{meeting_id}/active-session",
    reply_of = absence_reply,
  },
  [STOP_LIVESTREAM] = {
    operation = "GET /meetings/{meeting_id}/active-livestream",
    reply_of = livestream_reply,
  },
}

--- What to read after a failure that may mean that the call's work is done.
---@param call table
---@param err rtk.Error
---@return rtk.StateReading? reading nil when there is nothing to find out
function settled.reading(call, err)
  if not call.answer_lost or not is_refusal[err.kind] then return nil end
  return readings[call.operation.name]
end

--- The options for reading a state: those of the call, within a short time.
---@param call table
---@param options? rtk.CallOptions of the call
---@return rtk.CallOptions
function settled.read_options(call, options)
  options = options or {}
  return {
    headers = options.headers,
    max_retries = call.max_retries,
    priority = options.priority,
    timeout = options.timeout,
    total_timeout = LONGEST_READ,
  }
end

return settled
