-- SPDX-License-Identifier: MIT
-- Replies of the API and the HTTP responses that carry them. Two parties reply on one host: the
-- Cloudflare gateway, whose errors are `errors[]`, and the RealtimeKit service behind it, whose
-- error is `error{}`.
local json = require("rtk.emulator.util.json")

---@class rtk.emulator.Reply
---@field status integer
---@field body table the envelope

---@class rtk.emulator.Response
---@field status integer
---@field headers table<string, string>
---@field body string|rtk.emulator.ByteSource
---@field finished? number real time in seconds when a server had sent it
---@field wire? rtk.emulator.Wire what a fault does to the response in transit; nearly always nil

---@class rtk.emulator.Wire
---@field delay? number seconds before anything is sent
---@field refuse? boolean the connection is not accepted (in process only)
---@field silent? boolean the connection is closed without a response
---@field rate? integer bytes of the body per second
---@field chunked? boolean the length is not announced
---@field sent? integer bytes of the body that are sent before `stop`
---@field stop? "close"|"reset"|"stall" what happens after `sent` bytes
---@field length? integer the Content-Length, where it differs from the size of the body
---@field padding? integer spaces that follow the body
---@field garbled? boolean the body does not have the encoding that Content-Encoding names

local response = {}

-- The data center in the cf-ray header.
local RAY_AIRPORT = "-LHR"

--- A success with one value.
---@param data any
---@param status? integer default 200
---@return rtk.emulator.Reply
function response.data(data, status)
  return { status = status or 200, body = { success = true, data = data } }
end

--- A success with one page of a list.
---@param items table[]
---@param paging? table
---@return rtk.emulator.Reply
function response.page(items, paging)
  return { status = 200, body = { success = true, data = json.array(items), paging = paging } }
end

--- An error of the RealtimeKit service; `code` repeats the HTTP status.
---@param status integer
---@param message string
---@return rtk.emulator.Reply
function response.failure(status, message)
  return {
    status = status,
    body = { success = false, error = { code = status, message = message } },
  }
end

--- A 400 of the RealtimeKit service.
---@param message string
---@return rtk.emulator.Reply
function response.bad_request(message)
  return response.failure(400, "BAD_REQUEST: " .. message)
end

--- An error of the Cloudflare gateway.
---@param status integer
---@param errors table[] each { code, message, error_chain? }
---@return rtk.emulator.Reply
function response.gateway_failure(status, errors)
  return {
    status = status,
    body = { success = false, errors = errors, messages = json.array(), result = json.null },
  }
end

--- The 401 of the legacy surface.
---@return rtk.emulator.Reply
function response.unauthorized()
  return { status = 401, body = { message = "Unauthorized" } }
end

local WEEKDAYS = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" } -- from 1970-01-01

local MONTHS = {
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
}

local SECONDS_PER_DAY = 86400

--- The emulator's time as HTTP writes it; os.date would use the locale's names.
local function http_date(emulator)
  local seconds = math.floor(emulator.clock:now() / 1000)
  local date = os.date("!*t", seconds)
  return string.format(
    "%s, %02d %s %d %02d:%02d:%02d GMT",
    WEEKDAYS[math.floor(seconds / SECONDS_PER_DAY) % 7 + 1],
    date.day,
    MONTHS[date.month],
    date.year,
    date.hour,
    date.min,
    date.sec
  )
end

--- A response with any body.
---@param emulator rtk.Emulator
---@param status integer
---@param content_type string
---@param body string
---@return rtk.emulator.Response
function response.new(emulator, status, content_type, body)
  return {
    status = status,
    headers = {
      ["content-type"] = content_type,
      ["cf-ray"] = emulator.rays:hex(16) .. RAY_AIRPORT,
      date = http_date(emulator),
    },
    body = body,
  }
end

--- The response that carries a reply.
---@param emulator rtk.Emulator
---@param reply rtk.emulator.Reply
---@return rtk.emulator.Response
function response.of(emulator, reply)
  return response.new(emulator, reply.status, "application/json", json.encode(reply.body))
end

return response
