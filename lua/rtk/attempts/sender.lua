-- SPDX-License-Identifier: MIT
-- The loop of attempts: sends a call until it succeeds or must not be sent again.
--
-- Before each attempt come the rate limiter and the deadline, after it the response is
-- checked. The call records its progress: attempt, elapsed, maybe_executed_after.

local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local errors = require("rtk.errors")
local events = require("rtk.http.events")
local headers = require("rtk.http.headers")
local admission = require("rtk.rate_limit.admission")
local api_error = require("rtk.errors.api_error")
local error_as_success = require("rtk.attempts.error_as_success")
local reply_body = require("rtk.values.reply_body")
local retry = require("rtk.http.retry")

local sender = {}

---@class rtk.Result what the transport returns for an attempt
---@field status? integer HTTP status
---@field headers? string the raw block
---@field value? any the decoded body
---@field text? string the body, when it is not JSON
---@field is_selected? true the value has what the request selects and no more
---@field message? string why it is not JSON, or why there is no response
---@field kind? rtk.ErrorKind when there is no usable response
---@field reason? string then, of a streamed request: see client:download
---@field received? integer of a streamed request: bytes of the body so far
---@field held? true when a streamed request waits to go on
---@field sent? boolean then: false when the request certainly did not reach the server
---@field elapsed number seconds
---@field connect_time? number seconds
---@field first_byte_time? number seconds

---@class rtk.Reply: rtk.Result the result that a call succeeds with
---@field value table the decoded body
---@field call rtk.Call
---@field object? table of an operation that must return one: that object
---@field items? table of a list: its items, see rtk.pagination.envelope
---@field paging? rtk.Paging of a list
---@field found? table what reconcile found, if it has methods; the call returns it unchanged

--- Turns a result into the reply that a call succeeds with. Values refer to it, so it must
--- not hold the credentials or keep the request in memory.
---@param call rtk.Call
---@param body table
---@param result rtk.Result|table
---@return rtk.Reply reply the same table
function sender.reply(call, body, result)
  call.headers, call.own_headers, call.body = nil, nil, nil
  result.value, result.call = body, call
  return result
end

-- The body of a usable response, else nil and the failure.
local function check_response(result, call)
  if result.kind then return nil, errors.from_transport(result, call) end
  local op, status, value = call.operation, result.status, result.value
  if status < 200 or status >= 300 then return nil, errors.from_reply(result, call) end
  if type(value) == "table" then
    local is_error = value.success ~= true and api_error.is_error(value)
    if is_error then return nil, errors.from_reply(result, call) end
    if not op.needs[1] then return value end
    local missing, object = reply_body.missing(op, value)
    if missing then return nil, errors.unusable("decode", result, call, "it has no " .. missing) end
    result.object = object
    return value
  end
  if value ~= nil then
    return nil, errors.unusable("decode", result, call, "it is not a JSON object")
  end
  if result.text and result.text ~= "" then
    return nil, errors.unusable("decode", result, call, result.message or "it is not JSON")
  end
  if op.needs[1] or op.needs_content and status ~= 204 then
    return nil, errors.unusable("decode", result, call, "it is empty")
  end
  return {}
end

local SHORTEST_TIMEOUT = 0.001 -- seconds

local function add_out_of_time(err)
  errors.add(err, "total_timeout left no time for another attempt")
end

-- Limits an attempt to the time until the deadline. The failure when none is left.
local function limit_time(channel, call, last_err)
  local left = call.deadline - channel.runtime:now()
  if left >= SHORTEST_TIMEOUT then
    call.timeout = math.min(call.attempt_timeout, left)
    return nil
  end
  if not last_err then
    return errors.unsent("timeout", call, "total_timeout passed before anything was sent")
  end
  add_out_of_time(last_err)
  return last_err
end

local function credentials_error(call, message, cause)
  local err = errors.unsent("authentication", call, message)
  err.cause = cause
  return err
end

-- Checks whether an attempt may be made; waits for the rate limiter and the credentials. The
-- failure if not.
local function preflight(channel, call, last_err)
  local limiter = channel.settings.rate_limit
  local refused = limiter and admission.admit(channel, call)
  if refused then return errors.add_cause(refused, last_err) end
  local lines, message, cause = channel.header_lines(call, channel)
  call.headers = lines
  local err = not lines and credentials_error(call, message, cause) or nil
  if channel.is_closed then err = errors.unsent("cancelled", call, "the client was closed") end
  if err then
    errors.add_cause(err, last_err)
  elseif call.deadline then
    err = limit_time(channel, call, last_err)
  end
  if err and limiter then admission.release(channel, call) end
  return err
end

local function emit_response(channel, call, result, err)
  events.emit(channel, "response", call, {
    status = result.status,
    elapsed = result.elapsed,
    kind = err and err.kind,
    message = err and err.message,
    request_id = headers.request_id(headers.parse(result.headers)),
  })
end

-- Makes an attempt. The reply; else the failure, and whether nothing was sent.
local function attempt(channel, call, last_err)
  local settings = channel.settings
  local blocked = preflight(channel, call, last_err)
  if blocked then return nil, blocked, true end
  call.attempt = call.attempt + 1
  local result
  if settings.on_event then
    events.emit(channel, "request", call)
    result = channel.is_closed and dispatcher.closed_result()
  end
  result = result or channel.runtime:send(call)
  call.elapsed = call.elapsed + result.elapsed
  local body, err = check_response(result, call)
  if err then err.message = channel.redact(err.message) end
  if settings.rate_limit then admission.observe(channel, call, result, err) end
  if settings.on_event then emit_response(channel, call, result, err) end
  body = body or error_as_success.treat(call, err)
  if not body then return nil, err, false end
  return sender.reply(call, body, result)
end

-- Seconds until the deadline; nil without one.
local function time_left(channel, call)
  return call.deadline and call.deadline - channel.runtime:now()
end

-- Waits before the next attempt. False when the wait would pass the deadline.
local function wait(channel, call, err, seconds)
  if call.deadline and channel.runtime:now() + seconds >= call.deadline then
    add_out_of_time(err)
    return false
  end
  if err.maybe_executed then
    call.maybe_executed_after = call.maybe_executed_after or errors.outline(err)
  end
  -- 421: the server of this connection is not responsible for the host.
  if err.status == 421 then call.fresh = true end
  call.elapsed, call.waited = call.elapsed + seconds, (call.waited or 0) + seconds
  events.emit(channel, "retry", call, {
    kind = err.kind,
    status = err.status,
    message = err.message,
    seconds = seconds,
  })
  events.emit(channel, "wait", call, { seconds = seconds, reason = "retry" })
  channel.runtime:sleep(seconds)
  return true
end

-- Ends a call that is not sent again. The message says how long the API asks to wait.
local function give_up(channel, err)
  local seconds = err.retry_after
  if seconds then
    local is_long = seconds > channel.settings.max_retry_wait
    local clause = is_long and ", more than max_retry_wait allows" or ""
    errors.add(err, ("the API asks to wait %s s%s"):format(core.number_text(seconds, 6), clause))
  end
  return nil, err.message, err
end

--- Sends a call, repeatedly if needed.
---@param channel rtk.Channel
---@param call rtk.Call
---@param err? rtk.Error the failure of the previous attempt
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function sender.run(channel, call, err)
  if call.refusal then
    err = errors.unsent("invalid", call, call.refusal)
    return nil, err.message, err
  end
  local reply, failure, is_unsent = attempt(channel, call, err)
  if reply then return reply end
  if is_unsent then return nil, failure.message, failure end
  local seconds =
    retry.delay(failure, call, channel.settings.max_retry_wait, time_left(channel, call))
  local is_due = seconds and wait(channel, call, failure, seconds)
  if not is_due then return give_up(channel, failure) end
  return sender.run(channel, call, failure)
end

--- Continues a failed call that is now known to have had no effect.
---@param channel rtk.Channel
---@param call rtk.Call
---@param err rtk.Error its last failure
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function sender.resume(channel, call, err)
  err.maybe_executed, call.maybe_executed_after = false, nil
  local seconds =
    retry.backoff(err, call, channel.settings.max_retry_wait, time_left(channel, call))
  if not seconds or not wait(channel, call, err, seconds) then return give_up(channel, err) end
  return sender.run(channel, call, err)
end

return sender
