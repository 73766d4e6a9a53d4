-- SPDX-License-Identifier: MIT
-- Waits in a host's loop with a timeout.

local waiters = require("rtk.runtime.event_loop.waiter")

local timer = {}

-- The waiters that a timer of the host will wake: a host may refer to its callbacks weakly.
local waiting = {} -- luacheck: ignore (only the collector looks at it)

--- Waits for the value that the waiter receives.
---@param adapter rtk.HostAdapter
---@param seconds number
---@param start? fun(waiter: rtk.Waiter): function? starts what delivers the value; may return a
---function that stops it
---@param on_cancel? fun() called when the wait is cancelled
---@return any value nil after the timeout
function timer.wait(adapter, seconds, start, on_cancel)
  local own, stop = {}, nil
  local waiter = waiters.new(adapter, function(is_cancelled)
    waiting[own] = nil
    if own.cancel then own.cancel() end
    if stop then stop() end
    if is_cancelled and on_cancel then on_cancel() end
  end)
  local function on_time()
    waiter:receive()
  end
  waiting[own] = waiter
  own.cancel = adapter.hooks.after(seconds, function()
    adapter.queue:serve(on_time)
  end)
  stop = start and start(waiter)
  return waiter:wait()
end

return timer
