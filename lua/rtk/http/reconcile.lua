-- SPDX-License-Identifier: MIT
-- Lets the caller find out what became of a call that must not be repeated.
--
-- When such a call fails and may have been executed all the same, the function
-- in options.reconcile is asked. It may make calls of its own, and returns
--   a table         what it found: the call succeeds with that
--   false           certainly nothing was made: the call may be sent again
--   nil, [message]  it cannot tell: the call fails as it would have without it
-- What it raises goes through to the caller, who wrote it.

local errors = require("rtk.http.errors")
local events = require("rtk.http.events")
local sender = require("rtk.http.sender")
local misuse = require("rtk.misuse")

---@class rtk.AmbiguousRequest what reconcile is told of the call; no headers, no credentials
---@field operation string "VERB /template", or verb and path for client:request
---@field method string
---@field path string with the ids, without account, app and query
---@field ids table<string, string> by their names in the template
---@field body? table as the caller gave it
---@field err rtk.Error

local reconcile = {}

--- Raises where reconcile could never be asked.
---@param op rtk.Operation
function reconcile.check(op)
  if not op.is_repeatable then return end
  misuse.raise(
    ("reconcile has no use for %s: it can be repeated, so leave it out"):format(
      op.name or op.method
    )
  )
end

--- Whether a failure leaves something to find out.
---@param call table
---@param err rtk.Error
---@return boolean
function reconcile.is_due(call, err)
  return not call.operation.is_repeatable and err.maybe_executed and err.kind ~= "cancelled"
end

local function describe(call, ids, body, err)
  local named = {}
  for index, name in ipairs(call.operation.arguments) do
    named[name] = ids[index]
  end
  return {
    operation = call.operation.name or call.method .. " " .. call.path,
    method = call.method,
    path = call.path,
    ids = named,
    body = body,
    err = err,
  }
end

-- What stands for the reply that never came. Plain data becomes what the call
-- would have returned; anything else is that already.
local function reply_of(call, found)
  local is_enveloped = call.operation.name ~= nil
  local reply = sender.reply(call, is_enveloped and { data = found } or found, {})
  reply.found = getmetatable(found) and found or nil
  return reply
end

local function ask(client, call, find, request)
  local shared, err = client._shared, request.err
  local began = shared.runtime:now()
  local found, message = find(client, request)
  call.elapsed = call.elapsed + (shared.runtime:now() - began)
  if found ~= nil and found ~= false and type(found) ~= "table" then
    misuse.raise("reconcile must return a table, false or nil, got " .. misuse.describe(found))
  end
  local outcome = found and "found" or found == false and "absent" or "unknown"
  events.emit(
    shared,
    "reconcile",
    call,
    { kind = err.kind, status = err.status, outcome = outcome }
  )
  return found, message
end

--- Finds out what became of a call, and goes on accordingly.
---@param client rtk.Client
---@param call table that failed
---@param arguments { ids: any[], body?: table, find: function } what the caller gave
---@param err rtk.Error for which reconcile.is_due
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function reconcile.run(client, call, arguments, err)
  while true do
    local request = describe(call, arguments.ids, arguments.body, err)
    local found, reason = ask(client, call, arguments.find, request)
    if found then return reply_of(call, found) end
    if found == nil then
      if reason ~= nil then errors.add(err, "reconcile: " .. tostring(reason)) end
      return nil, err.message, err
    end
    local reply, message, failure = sender.resume(client._shared, call, err)
    if reply or not reconcile.is_due(call, failure) then return reply, message, failure end
    err = failure
  end
end

return reconcile
