-- SPDX-License-Identifier: MIT
-- Lets the caller find out whether a failed call that must not be repeated took effect.
--
-- When such a call fails and may have been executed, rtk calls the function in
-- options.reconcile. It may make calls of its own, and returns
--   a table         what it found: the call succeeds with that
--   false           nothing was created: the call may be sent again
--   nil, [message]  it cannot tell: the call fails
-- An error that it raises reaches the caller of the method.

local errors = require("rtk.errors")
local events = require("rtk.http.events")
local misuse = require("rtk.misuse")
local sender = require("rtk.attempts.sender")

---@class rtk.AmbiguousRequest what reconcile receives about the call; no headers, no credentials
---@field operation string "VERB /template", or verb and path for client:request
---@field method string
---@field path string with the ids, without account, app and query
---@field ids table<string, string> by their names in the template
---@field body? table as the caller passed it
---@field err rtk.Error

local reconcile = {}

--- Whether a failed call may have taken effect and must not be repeated.
---@param call rtk.Call
---@param err rtk.Error
---@return boolean
function reconcile.is_needed(call, err)
  return not call.operation.is_repeatable and err.maybe_executed and err.kind ~= "cancelled"
end

local function describe(call, arguments, err)
  local ids = {}
  for index, name in ipairs(call.operation.arguments) do
    ids[name] = arguments.ids[index]
  end
  return {
    operation = call.operation.name or call.method .. " " .. call.path,
    method = call.method,
    path = call.path,
    ids = ids,
    body = arguments.body,
    err = err,
  }
end

-- A reply that holds what reconcile found. Plain data becomes what the call would have
-- returned; a table with a metatable is that already.
local function reply_with(call, found)
  local has_envelope = call.operation.name ~= nil
  local reply = sender.reply(call, has_envelope and { data = found } or found, {})
  reply.found = getmetatable(found) and found or nil
  return reply
end

local function ask(channel, call, find, question)
  local err, started = question.err, channel.runtime:now()
  local found, message = find(question)
  call.elapsed = call.elapsed + (channel.runtime:now() - started)
  if found ~= nil and found ~= false and type(found) ~= "table" then
    misuse.raise("reconcile must return a table, false or nil, got " .. misuse.describe(found))
  end
  local outcome = found and "found" or found == false and "absent" or "unknown"
  local fields = { kind = err.kind, status = err.status, outcome = outcome }
  events.emit(channel, "reconcile", call, fields)
  return found, message
end

--- Asks whether a failed call took effect; sends it again if it did not.
---@param channel rtk.Channel
---@param call rtk.Call the failed call
---@param arguments rtk.CallArguments what the caller passed
---@param find fun(request: rtk.AmbiguousRequest): (table|false)?, string? the caller's function
---@param err rtk.Error for which reconcile.is_needed
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function reconcile.run(channel, call, arguments, find, err)
  while true do
    local found, reason = ask(channel, call, find, describe(call, arguments, err))
    if found then return reply_with(call, found) end
    if found == nil then
      if reason ~= nil then errors.add(err, "reconcile: " .. misuse.text_of(reason)) end
      return nil, err.message, err
    end
    local reply, message, failure = sender.resume(channel, call, err)
    if reply or not reconcile.is_needed(call, failure) then return reply, message, failure end
    err = failure
  end
end

return reconcile
