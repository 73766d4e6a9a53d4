-- SPDX-License-Identifier: MIT
-- Sends one call until it has an answer or there is no point in going on, and
-- opens the answer's envelope.
--
-- It works on what a client shares with all clients made from it: the
-- settings and the runtime. A call is a table that the transport takes as a
-- request; what happens to it on the way (attempt, elapsed, answer_lost) is
-- noted in it.

local array = require("rtk.array")
local errors = require("rtk.http.errors")
local events = require("rtk.http.events")
local operation = require("rtk.schema.operation")
local admission = require("rtk.rate_limit.admission")
local api_error = require("rtk.http.api_error")
local retry = require("rtk.http.retry")
local settled = require("rtk.http.state_check")

local sender = {}

---@class rtk.Reply what the transport returned, completed
---@field value table the decoded body
---@field call table what it answers
---@field status? integer
---@field headers? string
---@field found? table what the call gives instead of value, with methods of its own

--- Makes a result what a call ends in. Values lead back to it, so it must not hold the
--- credentials, nor keep what was sent.
---@param call table
---@param body table
---@param result table of the transport
---@return rtk.Reply reply the same result
function sender.reply(call, body, result)
  call.headers, call.body = nil, nil
  result.value, result.call = body, call
  return result
end

-- The reply's body when it is usable, else nil and what is wrong.
local function open(result, call)
  if result.kind then return nil, errors.from_transport(result, call) end
  local op, status, value = call.operation, result.status, result.value
  if status < 200 or status >= 300 then return nil, errors.from_reply(result, call) end
  if type(value) == "table" then
    if api_error.is_in(value) then return nil, errors.from_reply(result, call) end
    local missing = operation.missing(op, value)
    if missing then
      return nil, errors.unusable("decode", result, call, "there is no " .. missing .. " in it")
    end
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

-- Failures that count as success: a refusal that finds the work of an earlier attempt
-- done, and a 404 that means an empty list. The body that they amount to.
local function treat_as_success(call, err)
  if settled.is_said(call, err) then return {} end
  if err.kind ~= "not_found" then return nil end
  if call.operation.fields.empty_is_not_found and api_error.is_of_service_404(err) then
    return { data = array.new() }
  end
  return nil
end

-- The shortest timeout that is worth an attempt, in seconds.
local SHORTEST_TIMEOUT = 0.001

local function add_out_of_time(err)
  errors.add(err, "total_timeout left no time for another attempt")
end

-- Keeps an attempt within total_timeout. The failure when there is no time left.
local function limit_time(shared, call, last_err)
  local left = call.deadline - shared.runtime:now()
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

-- What keeps an attempt from being made, if anything does.
local function prevent(shared, call, last_err)
  local limiter = shared.settings.rate_limit
  local refused = limiter and admission.admit(shared, call)
  if refused then return errors.add_cause(refused, last_err) end
  local err
  if shared.is_closed then
    err = errors.add_cause(errors.unsent("cancelled", call, "the client was closed"), last_err)
  elseif call.deadline then
    err = limit_time(shared, call, last_err)
  end
  if err and limiter then admission.give_back(shared, call) end
  return err
end

local function tell_response(shared, call, result, err)
  events.emit(shared, "response", call, {
    status = result.status,
    elapsed = result.elapsed,
    kind = err and err.kind,
    message = err and err.message,
    request_id = err and err.request_id,
  })
end

local function attempt(shared, call)
  local settings = shared.settings
  call.attempt = call.attempt + 1
  if settings.on_event then events.emit(shared, "request", call) end
  local result = shared.runtime:send(call)
  call.elapsed = call.elapsed + result.elapsed
  local body, err = open(result, call)
  if err then err.message = shared.redact(err.message) end
  if settings.rate_limit then admission.observe(shared, call, result, err) end
  if settings.on_event then tell_response(shared, call, result, err) end
  body = body or treat_as_success(call, err)
  if not body then return nil, err end
  return sender.reply(call, body, result)
end

-- Seconds until a call must have ended, if there is such a time.
local function time_left(shared, call)
  return call.deadline and call.deadline - shared.runtime:now()
end

-- Waits before another attempt. False when that would take too long.
local function wait(shared, call, err, seconds)
  if call.deadline and shared.runtime:now() + seconds >= call.deadline then
    add_out_of_time(err)
    return false
  end
  if err.maybe_executed then call.answer_lost = call.answer_lost or errors.outline(err) end
  -- The connection leads to a server that does not answer for this host.
  if err.status == 421 then call.fresh = true end
  call.elapsed = call.elapsed + seconds
  events.emit(shared, "retry", call, {
    kind = err.kind,
    status = err.status,
    message = err.message,
    seconds = seconds,
  })
  events.emit(shared, "wait", call, { seconds = seconds, reason = "retry" })
  shared.runtime:sleep(seconds)
  return true
end

--- Sends a call, several times if it must be.
---@param shared table settings and runtime of a client
---@param call table as a client builds it
---@param err? rtk.Error the failure of an earlier attempt
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function sender.run(shared, call, err)
  while true do
    local prevented = prevent(shared, call, err)
    if prevented then return nil, prevented.message, prevented end
    local reply
    reply, err = attempt(shared, call)
    if reply then return reply end
    local seconds = retry.wait(err, call, shared.settings.max_retry_wait, time_left(shared, call))
    if not seconds or not wait(shared, call, err, seconds) then return nil, err.message, err end
  end
end

--- Goes on with a call that failed and is known to have had no effect.
---@param shared table settings and runtime of a client
---@param call table
---@param err rtk.Error its last failure; in doubt no longer
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function sender.resume(shared, call, err)
  err.maybe_executed, call.answer_lost = false, nil
  local seconds = retry.pause(err, call, shared.settings.max_retry_wait, time_left(shared, call))
  if not seconds or not wait(shared, call, err, seconds) then return nil, err.message, err end
  return sender.run(shared, call, err)
end

return sender
