-- SPDX-License-Identifier: MIT
-- Lets a loop of the program's own drive the calls that a client makes in tasks of rtk.spawn.
-- Nothing here blocks.

local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local open_calls = require("rtk.client.open_calls")
local scheduler = require("rtk.runtime.scheduler")

local stepping = {}

-- Seconds between steps of a transport that has no descriptor.
local POLL_INTERVAL = 0.001

local CLOSED = "the client was closed"

--- The descriptor that is readable when a step has something to do.
---@param channel rtk.Channel
---@return integer? descriptor
---@return string? message
function stepping.fd(channel)
  if channel.is_closed then return nil, CLOSED end
  local transport = channel.transport
  if not transport.fd then return nil, "the transport has no descriptor" end
  return transport:fd()
end

--- Seconds until a step has something to do that the descriptor does not tell.
---@param channel rtk.Channel
---@return number? seconds nil when there is no such thing
function stepping.timeout(channel)
  local seconds = scheduler.time_left()
  if channel.is_closed or channel.transport.fd then return seconds end
  if dispatcher.of(channel.transport):is_idle() then return seconds end
  return math.min(seconds or POLL_INTERVAL, POLL_INTERVAL)
end

--- Takes a result, if there is one, and runs the tasks that can go on.
---@param channel rtk.Channel
---@return integer count the calls that have not ended
function stepping.step(channel)
  scheduler.turn(not channel.is_closed and dispatcher.of(channel.transport) or nil)
  return open_calls.count(channel)
end

return stepping
