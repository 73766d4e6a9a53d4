-- SPDX-License-Identifier: MIT
-- Runs one call from its first attempt to its outcome. After the last attempt of a failed call come
-- reconcile, the state check and hints.

local events = require("rtk.http.events")
local join_warning = require("rtk.hints.join_warning")
local open_calls = require("rtk.client.open_calls")
local reconcile = require("rtk.attempts.reconcile")
local sender = require("rtk.attempts.sender")

local calls = {}

---@class rtk.CallArguments what a caller passed to a method
---@field ids any[] in the template's order
---@field body? table the query of a GET or DELETE
---@field options rtk.CallOptions

-- What becomes of a call after its last attempt failed.
local function resolve(client, call, arguments, err)
  local scope, find = client._scope, arguments.options.reconcile
  if find and reconcile.is_needed(call, err) then
    -- The calls of the user's function belong to one in flight.
    scope.channel.open[call.open] = "reconcile"
    local reply, _, failure = reconcile.run(scope.channel, call, arguments, function(request)
      return find(client, request)
    end, err)
    return reply, failure, "reconcile"
  end
  local reply = require("rtk.attempts.state_check").run(scope, call, arguments, err)
  if reply then return reply, nil, "state_check" end
  require("rtk.hints.preset_hint").add(scope, call, arguments.body, err)
  require("rtk.hints.argument_hint").add(call, arguments, err)
  return nil, err
end

local NO_OPTIONS = {}

--- Runs a call.
---@param client rtk.Client
---@param call rtk.Call
---@param ids any[] in the template's order
---@param body? table as the caller passed it
---@param options? rtk.CallOptions already checked
---@param refuse? fun(reply: rtk.Reply): rtk.Error? what makes a reply unusable
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function calls.run(client, call, ids, body, options, refuse)
  local channel, resolved_by = client._channel, nil
  local has_events = channel.settings.on_event
  if channel.is_closing then open_calls.refuse_new(channel) end
  local open, mark = channel.open, {}
  call.open, open[mark] = mark, "attempts"
  if has_events then
    events.start(channel, call)
    join_warning.emit(channel, call, body, options)
  end
  local reply, _, err = sender.run(channel, call)
  if not reply then
    local arguments = { ids = ids, body = body, options = options or NO_OPTIONS }
    reply, err, resolved_by = resolve(client, call, arguments, err)
  end
  if reply and refuse then
    err = refuse(reply)
    if err then reply = nil end
  end
  open[mark] = nil
  if has_events then events.finish(channel, call, reply, err, reply and resolved_by) end
  if reply then return reply end
  return nil, err.message, err
end

return calls
