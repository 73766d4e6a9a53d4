-- SPDX-License-Identifier: MIT
-- Makes a runtime (see rtk.runtime) of what an event loop can do. Where the
-- loop cannot wait, calls wait as in plain Lua, by blocking.
--
-- A host is a table with the functions of rtk.runtime.event_loop.waiter and:
--
--   can_wait() -> boolean       whether the running coroutine may pause
--   watch(inbox) -> watch       where calls made here and now belong; see
--                               rtk.runtime.event_loop.in_flight
--   watch:start() -> message?   has the loop step the inbox while there are calls
--   forget(inbox)               does not wait for its descriptor any more, which will be closed
--   sleep(seconds)
--   spawn(task)                 begins a task, see rtk.runtime.event_loop.task
--   poll(descriptor, events, seconds, on_cancel) -> is_ready, message?
--                               waits until others' descriptor is ready for "r" or "w"
--   resolve(name, seconds) -> addresses, or nil and a message

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")
local inbox = require("rtk.runtime.dispatcher")
local tasks = require("rtk.runtime.event_loop.task")

local Loop = {}
Loop.__index = Loop

local loop = {}

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Loop:send(request)
  local host = self._host
  if not host.can_wait() then return self._blocking:send(request) end
  local watch = host.watch(self._inbox)
  local waiter, unsent = watch:submit(host, request)
  if not waiter then return unsent end
  local message = watch:start()
  if message then watch:fail(message) end
  return waiter:wait()
end

--- Waits.
---@param seconds number
function Loop:sleep(seconds)
  if seconds <= 0 then return end
  if not self._host.can_wait() then return self._blocking:sleep(seconds) end
  self._host.sleep(seconds)
end

--- The monotonic clock.
---@return number seconds
function Loop:now()
  return core.now()
end

--- Ends the calls in progress with kind "cancelled".
function Loop:close()
  self._host.forget(self._inbox)
  self._inbox:close()
end

--- Makes the module of a runtime.
---@param host table
---@return { new: fun(transport: table): table, spawn: fun(f: function): table, host: table }
function loop.module(host)
  local module = { host = host }
  function module.new(transport)
    return setmetatable({
      _host = host,
      _inbox = inbox.of(transport),
      _blocking = blocking.new(transport),
    }, Loop)
  end
  function module.spawn(f)
    if not host.can_wait() then return blocking.spawn(f) end
    local task = tasks.new(host, f)
    host.spawn(task)
    return task
  end
  return module
end

return loop
