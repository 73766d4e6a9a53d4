-- SPDX-License-Identifier: MIT
-- Waits for a descriptor of somebody else in the loop of luv.

local timed = require("rtk.runtime.luv.timed")
local uv = require("luv")

local descriptor = {}

--- Waits until a descriptor is ready. The loop does not know it afterwards, so that it may be
--- closed, and does not keep the loop from ending.
---@param host table see rtk.runtime.loop.waiter
---@param number integer
---@param events string "r" or "w"
---@param seconds number
---@param on_cancel fun() told when the coroutine is given up
---@return boolean? is_ready
---@return string? message when luv cannot wait for it
function descriptor.poll(host, number, events, seconds, on_cancel)
  local handle, problem = uv.new_poll(number)
  if not handle then return nil, "luv cannot wait for it: " .. problem end
  local is_ready = timed.wait(host, seconds, function(waiter)
    -- Whoever uses the descriptor next learns what is wrong with it.
    handle:start(events, function()
      waiter:receive(true)
    end)
    return handle
  end, on_cancel)
  return is_ready == true
end

return descriptor
