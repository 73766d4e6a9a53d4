-- SPDX-License-Identifier: MIT
-- The result that the client's C transport would report for a response with a fault on its way (see
-- rtk.emulator.Wire): a failure has `kind`, `message` and `sent`, and the parts received before it.
-- Without a network nothing waits: delays appear only in `elapsed` and in exceeded deadlines.
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

local function describe_size(bytes)
  if bytes % MIB == 0 then return string.format("%d MiB", bytes / MIB) end
  if bytes % KIB == 0 then return string.format("%d KiB", bytes / KIB) end
  return string.format("%d bytes", bytes)
end

--- The failure of a reply with more bytes than it may have.
---@param limit integer
---@param option? string that sets the limit
---@return table result
function transport_result.too_large(limit, option)
  local message = "reply is larger than " .. describe_size(limit)
  return failure("too_large", true, message .. (option and " (" .. option .. ")" or ""))
end

--- The failure of a body that ends early, or nil.
local function stopped(request, wire, came, length)
  if wire.stop == "stall" then
    return transport_result.late(request, came .. " bytes of the reply had come")
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
  if wire.garbled then
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

--- The failure of a request that no reply comes to, or nil.
---@param request table as submitted
---@param wire rtk.emulator.Wire
---@return table? result
function transport_result.unanswered(request, wire)
  if wire.refuse then
    local message = "could not connect to " .. authority(request) .. ": Connection refused"
    return failure("connection", false, message)
  elseif wire.delay and wire.delay >= transport_result.timeout_of(request) then
    return transport_result.late(request, "no reply from " .. authority(request) .. " yet")
  elseif wire.silent then
    return lost(request, "Server returned nothing (no headers, no data)")
  end
end

local function failure_of(request, answer, arrival)
  local wire, limit = answer.wire, request.max_response_bytes
  if wire.padding and limit and arrival.size > limit then
    return transport_result.too_large(limit, "max_response_bytes")
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
