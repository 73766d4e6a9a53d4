-- SPDX-License-Identifier: MIT
-- The reply behind a value: status, headers, request id, attempts, times.
--
-- Values carry a metatable made for the reply they came in, and its field
-- __response leads back to it; so nothing has to be looked up or kept alive
-- anywhere else, and pairs() over a value shows API fields only.

local headers = require("rtk.http.headers")

---@class rtk.Response
---@field status? integer HTTP status; none for what reconcile found
---@field headers table<string, string> by lower-case name; reading ignores case
---@field request_id? string Cloudflare's id of the request
---@field attempts integer how often the request was sent
---@field elapsed number seconds of all attempts and the waits between them
---@field connect_time? number seconds that connecting took, TLS included; 0 over a kept connection
---@field first_byte_time? number seconds from the start of the last attempt to the reply's start

local response = {}

--- Makes the metatable for values of one type that came in one reply.
---@param reply rtk.Reply
---@param name string the type's name, such as "rtk.Meeting"
---@param index? table|function where methods are looked up
---@return table metatable
function response.metatable(reply, name, index)
  return { __name = name, __jsontype = "object", __index = index, __response = reply }
end

--- Remembers the reply that plain data came from; an array stays one.
---@param value table
---@param reply table
---@return table value
function response.attach(value, reply)
  local metatable = response.metatable(reply, "rtk.Value")
  local previous = getmetatable(value)
  metatable.__jsontype = previous and previous.__jsontype or "object"
  return setmetatable(value, metatable)
end

--- The reply that `value` came from.
---@param value any an object, page or table that a call returned
---@return rtk.Response? response nil when no call returned this value
function response.of(value)
  local metatable = type(value) == "table" and getmetatable(value)
  local reply = type(metatable) == "table" and rawget(metatable, "__response")
  if not reply then return nil end
  local fields = headers.parse(reply.headers)
  return {
    status = reply.status,
    headers = fields,
    request_id = headers.request_id(fields),
    attempts = reply.call.attempt,
    elapsed = reply.call.elapsed,
    connect_time = reply.connect_time,
    first_byte_time = reply.first_byte_time,
  }
end

return response
