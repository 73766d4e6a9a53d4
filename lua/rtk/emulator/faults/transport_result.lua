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

local function late(request, state)
  local seconds = decimal("%g", request.timeout or DEFAULT_TIMEOUT)
  local message = ("timed out after %s s (%s)"):format(seconds, state)
  local result = failure("timeout", true, message)
  result.elapsed = request.timeout or DEFAULT_TIMEOUT
  return result
end

local function describe_size(bytes)
  if bytes % MIB == 0 then return string.format("%d MiB", bytes / MIB) end
  if bytes % KIB == 0 then return string.format("%d KiB", bytes / KIB) end
  return string.format("%d bytes", bytes)
end

--- The failure of a body that ends early, or nil.
local function stopped(request, wire, size)
  local length = wire.length or size
  local came = math.min(wire.sent, size)
  if wire.stop == "stall" then
    return late(request, came .. " bytes of the reply had come")
  elseif wire.stop == "reset" then
    return lost(request, "Recv failure: Connection reset by peer")
  elseif wire.chunked then
    return lost(request, "transfer closed with outstanding read data remaining")
  elseif came < length then
    local missing = length - came
    return lost(request, "transfer closed with " .. missing .. " bytes remaining to read")
  end
end

local function spoilt(request, wire, answer)
  local size = response_body.size(answer.body)
  local limit = request.max_response_bytes
  if wire.garbled then
    return failure(
      "protocol",
      true,
      "request to "
        .. authority(request)
        .. " failed: Unrecognized or bad HTTP Content or "
        .. "Transfer-Encoding"
    )
  elseif wire.padding and limit and size + wire.padding > limit then
    local message = "reply is larger than " .. describe_size(limit) .. " (max_response_bytes)"
    return failure("too_large", true, message)
  end
  return wire.sent and stopped(request, wire, size)
end

--- The failure that a faulty response causes, or nil and the received body.
---@param request table as submitted
---@param answer table a response with `wire`
---@return table? result
---@return string body
function transport_result.of(request, answer)
  local wire = answer.wire
  if wire.refuse then
    local message = "could not connect to " .. authority(request) .. ": Connection refused"
    return failure("connection", false, message), ""
  elseif wire.delay and wire.delay >= (request.timeout or DEFAULT_TIMEOUT) then
    return late(request, "no reply from " .. authority(request) .. " yet"), ""
  elseif wire.silent then
    return lost(request, "Server returned nothing (no headers, no data)"), ""
  end
  local result = spoilt(request, wire, answer)
  if result then
    result.status = answer.status
    return result, ""
  end
  local text = response_body.text(answer.body) .. (" "):rep(wire.padding or 0)
  return nil, wire.length and text:sub(1, wire.length) or text
end

return transport_result
