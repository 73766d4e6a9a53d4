-- SPDX-License-Identifier: MIT
-- Makes an adapter, and with it a runtime, of two functions of a host with an event loop: one that
-- watches a descriptor and one that calls back later. luv and Neovim are such hosts, and so are
-- those for which a program calls rtk.runtime.adapter.
--
-- Calls and sleeps keep their coroutines alive, whether the host refers to its callbacks or not.
-- Without calls the host has nothing of rtk's.

local core = require("rtk.core")
local event_loop = require("rtk.runtime.event_loop")
local in_flight = require("rtk.runtime.event_loop.in_flight")
local io = require("rtk.runtime.host.io")
local resume_queue = require("rtk.runtime.host.resume_queue")
local scheduler = require("rtk.runtime.scheduler")
local tasks = require("rtk.runtime.event_loop.task")

---@class rtk.HostLoop
---@field watch fun(fd: integer, on_readable: fun()): fun()? calls on_readable while the descriptor
---is readable, until the function that it returns is called
---@field after fun(seconds: number, callback: fun()): fun()? calls back once, later and not at
---once; returns a function that prevents it
---@field suspend? fun(co: thread) suspends the running coroutine; default coroutine.yield
---@field resume? fun(co: thread) resumes it; default coroutine.resume
---@field can_wait? fun(): boolean whether the running coroutine, which can yield, may be suspended
---@field resolve? fun(adapter: rtk.HostAdapter, name: string, seconds: number): string[]?, string?

---@class rtk.HostAdapter: rtk.EventLoopAdapter
---@field hooks rtk.HostLoop
---@field queue rtk.ResumeQueue
---@field watch fun(fd: integer, on_readable: fun()): fun()?, string?

local host = {}

-- Seconds between looks at a transport beside what the host reports: often where it has no
-- descriptor, and else in case that the host reports a descriptor only once.
local POLL_INTERVAL, LOOK_INTERVAL = 0.01, 1

local yield, running = coroutine.yield, coroutine.running

local function step(calls)
  if not calls:is_idle() then calls:step() end
end

-- Steps the transport now and then.
local function look_later(adapter, calls, seconds)
  calls.cancel_look = adapter.hooks.after(seconds, function()
    calls.cancel_look = nil
    adapter.queue:serve(step, calls)
    if calls.is_started and not calls.cancel_look then look_later(adapter, calls, seconds) end
  end)
end

local function open(adapter, calls)
  local descriptor = calls.dispatcher:fd()
  calls.is_started = true
  if not descriptor then
    look_later(adapter, calls, POLL_INTERVAL)
    return true
  end
  local stop, message = adapter.watch(descriptor, function()
    adapter.queue:serve(step, calls)
  end)
  if not stop then return nil, message end
  calls.stop = stop
  look_later(adapter, calls, LOOK_INTERVAL)
  return true
end

local function stop_all(adapter, calls)
  local stop, cancel_look = calls.stop, calls.cancel_look
  calls.stop, calls.cancel_look, calls.is_started = nil, nil, nil
  adapter.started[calls] = nil
  if stop then stop() end
  if cancel_look then cancel_look() end
end

local function start(adapter, calls)
  if calls.is_started then return nil end
  adapter.started[calls] = true
  local ok, opened, message = pcall(open, adapter, calls)
  if ok and opened then return nil end
  stop_all(adapter, calls)
  return "the host cannot wait for the transport: " .. tostring(message or opened)
end

local function new_in_flight(adapter, dispatcher)
  local calls = in_flight.new(dispatcher, "")
  calls.start = function(self)
    return start(adapter, self)
  end
  calls.on_idle = function(self)
    stop_all(adapter, self)
  end
  return calls
end

-- The functions of an adapter that wait.
local function add_waits(adapter, hooks)
  function adapter.can_wait()
    if not core.yieldable() then return false end
    if tasks.has(running()) then return true end
    return not scheduler.is_running_task() and (not hooks.can_wait or hooks.can_wait())
  end
  function adapter.pause(waiter)
    if hooks.suspend and not tasks.has(waiter.co) then return hooks.suspend(waiter.co) end
    yield()
  end
  function adapter.wake(waiter)
    adapter.queue:put(waiter)
  end
  function adapter.sleep(seconds)
    local deadline = core.now() + seconds
    -- The clock of a loop is often that of its last turn.
    while core.now() < deadline do
      io.wait(adapter, deadline - core.now())
    end
  end
  function adapter.spawn(task)
    coroutine.resume(task.co)
  end
end

-- The functions of an adapter for descriptors.
local function add_descriptors(adapter, hooks)
  function adapter.watch(descriptor, on_readable)
    local ok, stop, message = pcall(hooks.watch, descriptor, on_readable)
    if not ok then return nil, tostring(stop) end
    if stop == nil or stop == false then return nil, message or "its watch returned no function" end
    return stop
  end
  function adapter.poll(...)
    return io.poll(adapter, ...)
  end
  function adapter.resolve(name, seconds)
    if hooks.resolve then return hooks.resolve(adapter, name, seconds) end
    return io.resolve(name)
  end
end

local function add_calls(adapter)
  local by_dispatcher = setmetatable({}, { __mode = "kv" })
  function adapter.in_flight(dispatcher)
    local calls = by_dispatcher[dispatcher] or new_in_flight(adapter, dispatcher)
    by_dispatcher[dispatcher] = calls
    return calls
  end
  function adapter.forget(dispatcher)
    local calls = by_dispatcher[dispatcher]
    if calls then stop_all(adapter, calls) end
  end
end

--- Creates the module of a runtime.
---@param hooks rtk.HostLoop
---@return rtk.RuntimeModule module
function host.module(hooks)
  local adapter = { hooks = hooks, queue = resume_queue.new(hooks), started = {} }
  add_waits(adapter, hooks)
  add_descriptors(adapter, hooks)
  add_calls(adapter)
  return event_loop.module(adapter)
end

return host
