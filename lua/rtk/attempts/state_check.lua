-- SPDX-License-Identifier: MIT
-- Reads the state after a refused call, to see whether an earlier attempt did its work.
--
-- After a lost answer, a refusal may only mean that nothing is left to do. The state that the
-- API reports is compared with what the call asked for. If it differs or cannot be read, the
-- call fails with the refusal.

local error_as_success = require("rtk.attempts.error_as_success")
local inner_read = require("rtk.attempts.inner_read")
local reply_body = require("rtk.values.reply_body")
local sender = require("rtk.attempts.sender")

local state_check = {}

local LONGEST_READ = 10 -- seconds, with all attempts and waits

-- The statuses in which a recording has done what an action asks for.
local recording_statuses = {
  stop = { UPLOADING = true, UPLOADED = true, ERRORED = true },
  pause = { PAUSED = true },
  resume = { RECORDING = true },
}

local function recording_body(asked, reply)
  local statuses = recording_statuses[asked.action]
  local is_done = reply and statuses and statuses[reply_body.data(reply.value).status]
  return is_done and reply.value or nil
end

-- Nothing is left that the call could end.
local function absence_body(_, reply, err)
  return not reply and error_as_success.is_absence(err) and {} or nil
end

local livestream_statuses = { IDLE = true, ERRORED = true }

local function livestream_body(_, reply, err)
  if not reply then return absence_body(nil, nil, err) end
  return livestream_statuses[reply_body.data(reply.value).status] and {} or nil
end

---@class rtk.StateCheck how to see whether a call's work is done; the ids are the call's own
---@field operation string "GET /template"
---@field body_of fun(asked: any, reply?: rtk.Reply, err?: rtk.Error): table? takes the call's
---body and what was read; returns the body that the call succeeds with, nil when it failed

---@type table<string, rtk.StateCheck>
local checks = {
  ["PUT /recordings/{recording_id}"] = {
    operation = "GET /recordings/{recording_id}",
    body_of = recording_body,
  },
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = {
    operation = "GET /meetings/{meeting_id}/active-session",
    body_of = absence_body,
  },
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = {
    operation = "GET /meetings/{meeting_id}/active-livestream",
    body_of = livestream_body,
  },
}

-- The options for reading: those of the call, with a short time limit.
local function read_options(call, options)
  return {
    headers = options.headers,
    max_retries = call.max_retries,
    priority = options.priority,
    timeout = options.timeout,
    total_timeout = LONGEST_READ,
  }
end

--- Reads whether the work of a failed call is done, where that can be read.
---@param scope rtk.Scope
---@param call rtk.Call the failed call
---@param arguments rtk.CallArguments what the caller passed
---@param err rtk.Error of its last attempt
---@return rtk.Reply? reply of the call that has succeeded; nil when its failure stands
function state_check.run(scope, call, arguments, err)
  local check = checks[call.operation.name]
  if not check or not error_as_success.may_be_done(call, err) then return nil end
  if scope.channel.is_closed then return nil end
  local options = read_options(call, arguments.options)
  local reply, failure = inner_read.run(scope, call, check.operation, arguments.ids, nil, options)
  local body = check.body_of(arguments.body, reply, failure)
  return body and sender.reply(call, body, reply or {}) or nil
end

return state_check
