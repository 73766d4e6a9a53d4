-- SPDX-License-Identifier: MIT
-- Waits for a descriptor of somebody else in the loop of luv.

local core = require("rtk.core")
local timed = require("rtk.runtime.luv.timer")
local uv = require("luv")

local descriptor = {}

local function open(number, events)
  -- About a socket that is broken luv itself would write to stderr.
  local watch, problem = core.watch(number, events)
  if not watch then return nil, problem end
  local handle
  handle, problem = uv.new_poll(watch:fd())
  if not handle then return nil, "luv cannot wait for it: " .. problem end
  return handle, watch
end

--- Waits until a descriptor is ready. The loop does not know it afterwards, so that it may be
--- closed, and does not keep the loop from ending.
---@param host table see rtk.runtime.event_loop.waiter
---@param number integer
---@param events string "r" or "w"
---@param seconds number
---@param on_cancel fun() told when the coroutine is given up
---@return boolean? is_ready
---@return string? message when luv cannot wait for it
function descriptor.poll(host, number, events, seconds, on_cancel)
  local handle, watch = open(number, events)
  if not handle then return nil, watch end
  local is_ready = timed.wait(host, seconds, function(waiter)
    handle:start("r", function()
      waiter:receive(true)
    end)
    return function()
      handle:close()
      watch:close()
    end
  end, on_cancel)
  return is_ready == true
end

return descriptor
