-- SPDX-License-Identifier: MIT
-- Waits for a descriptor of somebody else, as a coroutine of a controller of
-- cqueues.

local cqueues = require("cqueues")
local waiters = require("rtk.runtime.event_loop.waiter")

local descriptor = {}

local host = {}

function host.pause(waiter)
  waiter:receive(cqueues.poll(waiter.pollable, waiter.seconds) == waiter.pollable)
end

function host.wake() end

--- Waits until a descriptor is ready. No controller knows it afterwards, so that it may be closed,
--- or waited for in another.
---@param number integer
---@param events string "r" or "w"
---@param seconds number
---@param on_cancel fun() told when the coroutine is given up
---@return boolean is_ready
function descriptor.poll(number, events, seconds, on_cancel)
  local waiter = waiters.new(host, function(is_cancelled)
    cqueues.cancel(number)
    if is_cancelled then on_cancel() end
  end)
  waiter.pollable, waiter.seconds = { pollfd = number, events = events }, seconds
  return waiter:wait()
end

return descriptor
