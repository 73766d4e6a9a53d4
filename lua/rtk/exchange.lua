-- SPDX-License-Identifier: MIT
-- Sends one call until it has an answer or there is no point in going on, and
-- opens the answer's envelope.
--
-- It works on what a client shares with all clients made from it: the
-- settings and the runtime. A call is a table that the transport takes as a
-- request; what happens to it on the way (attempt, elapsed) is noted in it.

local array = require("rtk.array")
local error = require("rtk.error")
local retry = require("rtk.retry")

local exchange = {}

local function emit(on_event, kind, call, fields)
  local event = fields or {}
  event.type = kind
  event.method = call.method
  event.url = call.url:match("^[^?]*")
  event.attempt = call.attempt
  on_event(event)
end

-- The reply's body when it is usable, else nil and what is wrong.
local function open(result, call)
  if result.kind then return nil, error.from_transport(result, call) end
  local status, value = result.status, result.value
  if status < 200 or status >= 300 then return nil, error.from_reply(result, call) end
  if type(value) == "table" then
    if error.is_refusal(value) then return nil, error.from_reply(result, call) end
    return value
  end
  if value ~= nil then
    return nil, error.unusable("decode", result, call, "it is not a JSON object")
  end
  if result.text and result.text ~= "" then
    return nil, error.unusable("decode", result, call, result.message or "it is not JSON")
  end
  local needed = (call.method == "GET" or not call.is_repeatable) and not call.may_be_empty
  if needed and status ~= 204 then
    return nil, error.unusable("decode", result, call, "it is empty")
  end
  return {}
end

-- What a failure amounts to when it is none: a DELETE that finds nothing after
-- an answer got lost has done its work, and some lists are "not found" when
-- there is nothing in them.
local function body_despite(call, err)
  if err.kind ~= "not_found" then return nil end
  if call.method == "DELETE" and call.answer_lost then return {} end
  local is_service = type(err.body) == "table" and (err.code == nil or tonumber(err.code) == 404)
  if call.empty_is_not_found and is_service then return { data = array.new() } end
  return nil
end

local function attempt(shared, call)
  local on_event = shared.settings.on_event
  call.attempt = call.attempt + 1
  if on_event then emit(on_event, "request", call) end
  local result = shared.runtime:send(call)
  call.elapsed = call.elapsed + result.elapsed
  local body, err = open(result, call)
  if on_event then
    emit(on_event, "response", call, {
      status = result.status,
      elapsed = result.elapsed,
      kind = err and err.kind,
      message = err and err.message,
      request_id = err and err.request_id,
    })
  end
  return result, body or body_despite(call, err), err
end

local function wait(shared, call, err, seconds)
  local on_event = shared.settings.on_event
  call.answer_lost = call.answer_lost or err.maybe_executed
  call.elapsed = call.elapsed + seconds
  if on_event then
    emit(on_event, "retry", call, { kind = err.kind, status = err.status, message = err.message })
    emit(on_event, "wait", call, { seconds = seconds, reason = "retry" })
  end
  shared.runtime:sleep(seconds)
end

--- Sends a call, several times if it must be.
---@param shared table settings and runtime of a client
---@param call table as a client builds it
---@return { body: table, result: table, call: table }? reply
---@return string? message
---@return rtk.Error? err
function exchange.run(shared, call)
  while true do
    local result, body, err = attempt(shared, call)
    if body then return { body = body, result = result, call = call } end
    local seconds = retry.wait(err, call, shared.settings.max_retry_wait)
    if not seconds then return nil, err.message, err end
    wait(shared, call, err, seconds)
  end
end

return exchange
