-- SPDX-License-Identifier: MIT
-- Makes a runtime of a host whose coroutines can only sleep: a call steps the transport without
-- waiting, and sleeps between the steps. Tasks are those of plain Lua: whichever coroutine waits
-- runs them. Where the host cannot sleep, calls block.

local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local scheduler = require("rtk.runtime.scheduler")

---@class rtk.SleepingHost
---@field sleep fun(seconds: number)
---@field can_sleep fun(): boolean whether the running coroutine can, outside of tasks

local polling = {}

local Polling = {}
Polling.__index = Polling

--- Sends one request and waits for its result.
---@param request table for the transport's submit
---@return rtk.Result result
function Polling:send(request)
  return scheduler.send(self._dispatcher, request, self._host)
end

--- Waits.
---@param seconds number
function Polling:sleep(seconds)
  if seconds > 0 then scheduler.sleep(seconds, self._host) end
end

--- The monotonic clock.
---@return number seconds
function Polling:now()
  return core.now()
end

--- Ends the calls in flight with kind "cancelled".
function Polling:close()
  self._dispatcher:close()
end

-- The longest pause between looks at a descriptor; they begin with the shortest.
local SHORTEST, LONGEST = 0.001, 0.008 -- seconds

local function is_ready(watch)
  return core.wait({ watch:fd() }, 0)
end

-- Looks at a descriptor until it is ready.
local function poll(host, watch, seconds)
  local deadline, pause = core.now() + seconds, SHORTEST
  while not is_ready(watch) do
    local left = deadline - core.now()
    if left <= 0 then return false end
    scheduler.sleep(math.min(pause, left), host)
    pause = math.min(pause * 2, LONGEST)
  end
  return true
end

local function new_adapter(host)
  local adapter = {}
  function adapter.can_wait()
    return scheduler.is_running_task() or host.can_sleep()
  end
  function adapter.sleep(seconds)
    scheduler.sleep(seconds, host)
  end
  function adapter.poll(descriptor, events, seconds, on_cancel)
    local watch, problem = core.watch(descriptor, events)
    if not watch then return nil, problem end
    local ok, ready = pcall(poll, host, watch, seconds)
    watch:close()
    if ok then return ready end
    on_cancel()
    error(ready, 0)
  end
  adapter.resolve = require("rtk.runtime.host.io").resolve
  return adapter
end

--- Creates the module of a runtime.
---@param hooks { sleep: fun(seconds: number), can_wait?: fun(): boolean }
---@return rtk.RuntimeModule module
function polling.module(hooks)
  local host = { sleep = hooks.sleep, can_sleep = hooks.can_wait or core.yieldable }
  local module = { keep = scheduler.keep, adapter = new_adapter(host) }
  function module.new(transport)
    return setmetatable({ _dispatcher = dispatcher.of(transport), _host = host }, Polling)
  end
  function module.sleep(seconds)
    if seconds > 0 then scheduler.sleep(seconds, host) end
  end
  function module.spawn(f)
    return scheduler.spawn(f, host)
  end
  return module
end

return polling
