-- SPDX-License-Identifier: MIT
-- Turns an adapter, which knows one event loop, into the module of a runtime (see rtk.runtime).
-- Where the loop cannot wait, calls block as in plain Lua.

local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local scheduler = require("rtk.runtime.scheduler")
local tasks = require("rtk.runtime.event_loop.task")

---@class rtk.EventLoopAdapter
---@field can_wait fun(): boolean whether the running coroutine may pause
---@field pause fun(waiter: rtk.Waiter) pauses the running coroutine; may return before wake
---@field wake fun(waiter: rtk.Waiter) has the loop resume the waiter's coroutine later
---@field in_flight fun(dispatcher: rtk.Dispatcher): rtk.InFlight the calls that this call joins
---@field forget fun(dispatcher: rtk.Dispatcher) stops polling its descriptor, which will be closed
---@field sleep fun(seconds: number)
---@field spawn fun(task: rtk.EventLoopTask) starts a task
---@field poll fun(fd: integer, events: string, seconds: number, on_cancel: fun()): any, string?
---waits until a descriptor is ready, such as that of a socket
---@field resolve fun(name: string, seconds: number): string[]?, string? resolves a host name

local Runtime = {}
Runtime.__index = Runtime

local event_loop = {}

--- Sends one request and waits for its result.
---@param request table for the transport's submit
---@return rtk.Result result
function Runtime:send(request)
  local adapter = self._adapter
  if not adapter.can_wait() then return scheduler.send(self._dispatcher, request) end
  local calls = adapter.in_flight(self._dispatcher)
  local waiter, unsent = calls:submit(adapter, request)
  if not waiter then return unsent end
  local message = calls:start()
  if message then calls:fail(message) end
  return waiter:wait()
end

--- Waits.
---@param seconds number
function Runtime:sleep(seconds)
  self._module.sleep(seconds)
end

--- The monotonic clock.
---@return number seconds
function Runtime:now()
  return core.now()
end

--- Ends the calls in flight with kind "cancelled".
function Runtime:close()
  self._adapter.forget(self._dispatcher)
  self._dispatcher:close()
end

--- Creates the module of a runtime.
---@param adapter rtk.EventLoopAdapter
---@return rtk.RuntimeModule module with the adapter
function event_loop.module(adapter)
  local module = { adapter = adapter }
  function module.new(transport)
    return setmetatable({
      _adapter = adapter,
      _module = module,
      _dispatcher = dispatcher.of(transport),
    }, Runtime)
  end
  function module.sleep(seconds)
    if seconds <= 0 then return end
    if not adapter.can_wait() then return scheduler.sleep(seconds) end
    adapter.sleep(seconds)
  end
  function module.spawn(f)
    if not adapter.can_wait() then return scheduler.spawn(f) end
    local task = tasks.new(adapter, f)
    adapter.spawn(task)
    return task
  end
  return module
end

return event_loop
