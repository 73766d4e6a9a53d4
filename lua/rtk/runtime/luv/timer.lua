-- SPDX-License-Identifier: MIT
-- Waits in luv's loop with a timeout.

local uv = require("luv")
local waiters = require("rtk.runtime.event_loop.waiter")

local timer = {}

local LONGEST_TIMER = 2 ^ 53 -- milliseconds; libuv's limit is a little higher

--- Waits for the value that the waiter receives.
---@param adapter rtk.EventLoopAdapter
---@param seconds number
---@param start? fun(waiter: rtk.Waiter): function? starts what delivers the value; may return a
---function that stops it
---@param on_cancel? fun() called when the wait is cancelled
---@return any value nil after the timeout
function timer.wait(adapter, seconds, start, on_cancel)
  local handle, stop = uv.new_timer(), nil
  local waiter = waiters.new(adapter, function(is_cancelled)
    handle:close()
    if stop then stop() end
    if is_cancelled and on_cancel then on_cancel() end
  end)
  -- The loop's cached time is that of its last turn.
  uv.update_time()
  local milliseconds = math.min(math.ceil(seconds * 1000), LONGEST_TIMER)
  handle:start(math.max(0, milliseconds), 0, function()
    waiter:receive()
  end)
  stop = start and start(waiter)
  return waiter:wait()
end

return timer
