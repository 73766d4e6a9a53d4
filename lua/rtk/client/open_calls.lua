-- SPDX-License-Identifier: MIT
-- The calls of a channel that have not ended. Who runs a call sets its mark in channel.open, which
-- is "attempts" or "reconcile", and removes it at the end. No function does that here, because each
-- call would have to enter this file twice.

local misuse = require("rtk.misuse")

local open_calls = {}

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

-- Seconds between looks at them.
local SHORTEST_LOOK, LONGEST_LOOK = 0.005, 0.1

--- Waits until all have ended, where the runtime can wait.
---@param channel rtk.Channel
---@param seconds number to wait at most
function open_calls.drain(channel, seconds)
  local waiter, pause = channel.runtime, SHORTEST_LOOK
  if waiter.blocked_reason and waiter:blocked_reason() then return end
  collectgarbage() -- abandoned calls do not end
  local deadline = waiter:now() + seconds
  while next(channel.open) ~= nil and not channel.is_closed do
    local left = deadline - waiter:now()
    if left <= 0 then return end
    waiter:sleep(math.min(pause, left))
    pause = math.min(pause * 2, LONGEST_LOOK)
  end
end

return open_calls
