-- SPDX-License-Identifier: MIT
-- The calls of a channel that have not ended.

local misuse = require("rtk.misuse")

local open_calls = {}

--- Notes that a call begins.
---@param channel rtk.Channel
---@param call rtk.Call
function open_calls.begin(channel, call)
  call.open = {}
  channel.open[call.open] = "attempts"
end

--- Notes that the user's reconcile begins: its own calls belong to one in flight.
---@param channel rtk.Channel
---@param call rtk.Call
function open_calls.begin_reconcile(channel, call)
  channel.open[call.open] = "reconcile"
end

--- Notes that a call has ended.
---@param channel rtk.Channel
---@param call rtk.Call
function open_calls.finish(channel, call)
  channel.open[call.open] = nil
  call.open = nil
end

--- How many there are.
---@param channel rtk.Channel
---@return integer count
function open_calls.count(channel)
  local count = 0
  for _ in pairs(channel.open) do
    count = count + 1
  end
  return count
end

--- Raises when the client is being closed, unless a reconcile may need the call.
---@param channel rtk.Channel
function open_calls.refuse_new(channel)
  if not channel.is_closing or channel.is_closed then return end
  for _, stage in pairs(channel.open) do
    if stage == "reconcile" then return end
  end
  misuse.raise("the client is being closed: it makes no new calls")
end

return open_calls
