-- SPDX-License-Identifier: MIT
-- Sends a read of rtk's own on behalf of a call that failed: for the state that the call reached,
-- or for a hint.

local events = require("rtk.http.events")
local operation = require("rtk.request.operation")
local request = require("rtk.request")
local sender = require("rtk.attempts.sender")

local inner_read = {}

--- Reads within the deadline of the call. Its time counts as the call's.
---@param scope rtk.Scope
---@param call rtk.Call the failed call
---@param name string the operation, "GET /template"
---@param ids any[]
---@param query? table
---@param options rtk.CallOptions with a total_timeout
---@return rtk.Reply? reply
---@return rtk.Error? err
function inner_read.run(scope, call, name, ids, query, options)
  local channel = scope.channel
  local read = request.new(scope, operation.named[name], ids, query, options)
  read.deadline = math.min(read.deadline, call.deadline or math.huge)
  read.tag = call.tag
  if channel.settings.on_event then read.parent_id = events.id_of(channel, call) end
  events.start(channel, read)
  local reply, _, err = sender.run(channel, read)
  events.finish(channel, read, reply, err)
  call.elapsed = call.elapsed + read.elapsed
  return reply, err
end

return inner_read
