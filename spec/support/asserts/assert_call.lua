-- SPDX-License-Identifier: MIT
-- Checks what a call returns, however hostile the server is: a value, or nil, a printable message
-- and an err with the same text.

local assert_call = {}

local kinds = {}
for kind in
  ([[connection timeout tls protocol decode too_large cancelled authentication permission
  not_found conflict invalid rate_limit server api]]):gmatch("%S+")
do
  kinds[kind] = true
end

local LONGEST_MESSAGE = 2000 -- bytes

local function check_error(message, err)
  assert(type(message) == "string" and message ~= "", "no message")
  assert(#message <= LONGEST_MESSAGE, "a message of " .. #message .. " bytes")
  assert(not message:find("%c"), "control characters in the message")
  assert(type(err) == "table" and tostring(err) == message, "err says something else")
  assert(kinds[err.kind], "unknown kind " .. tostring(err.kind))
  assert(type(err.maybe_executed) == "boolean", "maybe_executed is no boolean")
  assert(type(err.attempts) == "number" and err.attempts >= 1, "attempts is no count")
  assert(err.retry_after == nil or err.retry_after >= 0, "retry_after is no wait")
  assert(err.errors == nil or type(err.errors) == "table", "errors is no list")
  assert(err.request_id == nil or type(err.request_id) == "string", "odd request_id")
end

--- Raises unless these are results that a call may return.
---@param value any
---@param message any
---@param err any
---@return any value, any message, any err the same
function assert_call.check(value, message, err)
  if value == nil then
    check_error(message, err)
  else
    assert(type(value) == "table", "a value that is no table")
    assert(message == nil and err == nil, "a value and a message")
  end
  return value, message, err
end

return assert_call
