-- SPDX-License-Identifier: MIT
-- Waits in the loop of luv that end at a moment at the latest.

local uv = require("luv")
local waiters = require("rtk.runtime.event_loop.waiter")

local timed = {}

-- Milliseconds. What libuv takes is a little more.
local LONGEST_TIMER = 2 ^ 53

--- Waits for what its waiter receives.
---@param host table see rtk.runtime.event_loop.waiter
---@param seconds number
---@param begin? fun(waiter: table): function? has something received; the function ends that
---@param on_cancel? fun() told when the coroutine is given up
---@return any value what was received, nil when the time is up
function timed.wait(host, seconds, begin, on_cancel)
  local timer, finish = uv.new_timer(), nil
  local waiter = waiters.new(host, function(is_cancelled)
    timer:close()
    if finish then finish() end
    if is_cancelled and on_cancel then on_cancel() end
  end)
  -- The loop does not know how late it is by now.
  uv.update_time()
  local milliseconds = math.min(math.ceil(seconds * 1000), LONGEST_TIMER)
  timer:start(math.max(0, milliseconds), 0, function()
    waiter:receive()
  end)
  finish = begin and begin(waiter)
  return waiter:wait()
end

return timed
