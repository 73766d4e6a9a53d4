-- SPDX-License-Identifier: MIT
-- The result that the client's C transport would report for a response with a fault on its way (see
-- rtk.emulator.Wire): a failure has `kind`, `message` and `sent`, and the parts received before it.
-- Without a network nothing waits: delays appear only in `elapsed` and in exceeded deadlines.
local reach = require("rtk.emulator.transport.reach")
local response_body = require("rtk.emulator.http.response_body")
local decimal = require("rtk.emulator.util.text").decimal

local transport_result = {}

local DEFAULT_TIMEOUT = 60

local MIB, KIB = 2 ^ 20, 2 ^ 10

local function authority(request)
  return request.url:match("^[A-Za-z][0-9A-Za-z+.-]*://([^/?#]*)") or ""
end

local function failure(kind, sent, message)
  return { kind = kind, sent = sent, message = message }
end

local function lost(request, reason)
  return failure("connection", true, "request to " .. authority(request) .. " failed: " .. reason)
end

--- Seconds that a request may take.
---@param request table as submitted
---@return number
function transport_result.timeout_of(request)
  return request.timeout or DEFAULT_TIMEOUT
end

--- The failure of a request that has taken too long.
---@param request table as submitted
---@param state string how far it was
---@return table result
function transport_result.late(request, state)
  local timeout = transport_result.timeout_of(request)
  local message = ("timed out after %s s (%s)"):format(decimal("%g", timeout), state)
  local result = failure("timeout", true, message)
  result.elapsed = timeout
  return result
end

--- Seconds for which a streamed reply may bring less than its `min_speed`; nil if for any time.
---@param request table as submitted
---@return number?
function transport_result.patience_of(request)
  local has_speed = request.stream and (request.min_speed or 0) > 0
  local patience = has_speed and request.stall_timeout or 0
  return patience > 0 and patience or nil
end

--- The failure of a streamed reply that was too slow for too long.
---@param request table as submitted
---@param bytes integer that had come
---@return table result
function transport_result.stalled(request, bytes)
  local message = ("%s sent too slowly, after %d bytes"):format(authority(request), bytes)
  local result = failure("timeout", true, message)
  result.reason, result.elapsed = "stalled", transport_result.patience_of(request)
  return result
end

--- The failure of a request that waits until it is too late.
local function overdue(request, bytes, state)
  local patience = transport_result.patience_of(request)
  if patience and patience < transport_result.timeout_of(request) then
    return transport_result.stalled(request, bytes)
  end
  return transport_result.late(request, state)
end

local function describe_size(bytes)
  if bytes % MIB == 0 then return string.format("%d MiB", bytes / MIB) end
  if bytes % KIB == 0 then return string.format("%d KiB", bytes / KIB) end
  return string.format("%d bytes", bytes)
end

--- The failure of a streamed reply with more bytes than it may have.
---@param limit integer
---@return table result
function transport_result.excess(limit)
  local message = "the content goes on after the %s that it may have"
  return failure("too_large", true, message:format(describe_size(limit)))
end

--- The failure of a body that ends early, or nil.
local function stopped(request, wire, came, length)
  if wire.stop == "stall" then
    return overdue(request, came, came .. " bytes of the reply had come")
  elseif wire.stop == "reset" then
    return lost(request, "Recv failure: Connection reset by peer")
  elseif wire.chunked then
    return lost(request, "transfer closed with outstanding read data remaining")
  elseif came < length then
    local missing = length - came
    return lost(request, "transfer closed with " .. missing .. " bytes remaining to read")
  end
end

--- How much of a response's body comes, and what happens after that.
---@param request table as submitted
---@param answer rtk.emulator.Response
---@return { size: integer, failure?: table, stalls?: boolean } arrival the bytes; the result of the
---request if it fails then; whether it does because nothing more comes
function transport_result.arrival(request, answer)
  local wire, size = answer.wire or {}, response_body.size(answer.body)
  -- A stream comes as it is stored.
  if wire.garbled and not request.stream then
    local reason = "Unrecognized or bad HTTP Content or Transfer-Encoding"
    local message = "request to " .. authority(request) .. " failed: " .. reason
    return { size = 0, failure = failure("protocol", true, message) }
  elseif not wire.sent then
    return { size = size + (wire.padding or 0) }
  end
  local length = wire.length or size
  local came = math.min(wire.sent, size, wire.chunked and size or length)
  local failed = stopped(request, wire, came, length)
  return { size = came, failure = failed, stalls = wire.stop == "stall" }
end

local function longest_wait(request)
  local timeout = transport_result.timeout_of(request)
  return math.min(timeout, transport_result.patience_of(request) or timeout)
end

--- The failure of a request to a host that is out of its reach, or nil.
---@param request table as submitted
---@return table? result
function transport_result.out_of_reach(request)
  local host = authority(request)
  if reach.has(request.reach, host) then return nil end
  local result = failure("connection", false, ("the address of %s is not public"):format(host))
  result.id, result.elapsed, result.reason = request.id, 0, "private_address"
  return result
end

--- The failure of a request that no reply comes to, or nil.
---@param request table as submitted
---@param wire rtk.emulator.Wire
---@return table? result
function transport_result.unanswered(request, wire)
  if wire.refuse then
    local message = "could not connect to " .. authority(request) .. ": Connection refused"
    return failure("connection", false, message)
  elseif wire.delay and wire.delay >= longest_wait(request) then
    return overdue(request, 0, "no reply from " .. authority(request) .. " yet")
  elseif wire.silent then
    return lost(request, "Server returned nothing (no headers, no data)")
  end
end

local function failure_of(request, answer, arrival)
  local wire, limit = answer.wire, request.max_response_bytes
  if wire.padding and limit and arrival.size > limit then
    local message = "reply is larger than %s (max_response_bytes)"
    return failure("too_large", true, message:format(describe_size(limit)))
  elseif wire.rate and arrival.size / wire.rate >= transport_result.timeout_of(request) then
    local came = math.floor(wire.rate * transport_result.timeout_of(request))
    return transport_result.late(request, came .. " bytes of the reply had come")
  end
  return arrival.failure
end

--- The failure that a faulty response causes, or nil and the received body.
---@param request table as submitted
---@param answer table a response with `wire`
---@return table? result
---@return string body
function transport_result.of(request, answer)
  local wire = answer.wire
  local unanswered = transport_result.unanswered(request, wire)
  if unanswered then return unanswered, "" end
  local arrival = transport_result.arrival(request, answer)
  local result = failure_of(request, answer, arrival)
  if result then
    result.status = answer.status
    return result, ""
  end
  local text = response_body.text(answer.body) .. (" "):rep(wire.padding or 0)
  return nil, text:sub(1, arrival.size)
end

return transport_result
