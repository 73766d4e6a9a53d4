-- SPDX-License-Identifier: MIT
-- The response behind a value: status, headers, request id, attempts, times.
--
-- The metatable of a value refers to the reply that it came in, so nothing is looked up or
-- kept alive elsewhere, and pairs() over a value shows the API's fields only.

local headers = require("rtk.http.headers")
local label = require("rtk.values.label")
local retry_after_header = require("rtk.http.retry_after_header")

---@class rtk.Response
---@field status? integer HTTP status; none when reconcile found the value
---@field headers table<string, string> by lower-case name; reading ignores case
---@field request_id? string Cloudflare's id of the request
---@field attempts integer attempts of the call
---@field elapsed number seconds of all attempts and the waits between them
---@field connect_time? number seconds to connect, TLS included; 0 over a kept connection
---@field first_byte_time? number seconds from the start of the last attempt to the first byte
---@field fields? string[] the fields that its objects have, if the call asked for some of them

local response = {}

--- Gives plain data the metatable of its reply; an array stays one.
---@param value table
---@param reply rtk.Reply
---@param name? string of its type, without "rtk."; default Value
---@return table value
function response.attach(value, reply, name)
  local previous = getmetatable(value)
  return setmetatable(value, {
    __name = "rtk." .. (name or "Value"),
    __jsontype = previous and previous.__jsontype or "object",
    __response = reply,
    __tostring = label.of,
  })
end

--- The operation that returned a value.
---@param value table
---@return rtk.Operation? operation nil when no call returned it
function response.operation_of(value)
  local metatable = getmetatable(value)
  local reply = type(metatable) == "table" and rawget(metatable, "__response")
  return reply and reply.call.operation or nil
end

local function copy_of(names)
  local copy = {}
  for index, name in ipairs(names) do
    copy[index] = name
  end
  return copy
end

--- The response that a value came from.
---@param value any an object, page or table that a call returned
---@return rtk.Response? response nil when no call returned this value
function response.of(value)
  local metatable = type(value) == "table" and getmetatable(value)
  local reply = type(metatable) == "table" and rawget(metatable, "__response")
  if not reply then return nil end
  local fields, selected = headers.parse(reply.headers), reply.call.selected
  return {
    status = reply.status,
    headers = fields,
    request_id = headers.request_id(fields),
    fields = selected and copy_of(selected),
    attempts = reply.call.attempt,
    elapsed = reply.call.elapsed,
    connect_time = reply.connect_time,
    first_byte_time = reply.first_byte_time,
  }
end

--- The service's time when it sent a value: ages of its objects must not depend on the clock here.
---@param value any an object, page or table that a call returned
---@return number seconds since 1970; by the clock here when the response does not say
function response.time_of(value)
  local found = response.of(value)
  local date = found and found.headers.date
  return date and retry_after_header.parse_date(date) or os.time()
end

return response
