-- SPDX-License-Identifier: MIT
-- The adapter for luv: a call in a coroutine pauses the coroutine until luv's loop resumes it.
--
-- The loop keeps waiting coroutines alive, as it keeps callbacks. While calls are in flight it
-- polls the transport's descriptor; without calls the loop has no handle of rtk's, so it can end.

local core = require("rtk.core")
local event_loop = require("rtk.runtime.event_loop")
local in_flight = require("rtk.runtime.event_loop.in_flight")
local io = require("rtk.runtime.luv.io")
local resume_queue = require("rtk.runtime.luv.resume_queue")
local scheduler = require("rtk.runtime.scheduler")
local timer = require("rtk.runtime.luv.timer")
local uv = require("luv")

---@type rtk.EventLoopAdapter
local adapter = {}

-- Milliseconds between polls of a transport that has no descriptor.
local POLL_INTERVAL = 10

local by_dispatcher = setmetatable({}, { __mode = "kv" })

-- While the scheduler runs tasks of plain Lua it blocks the loop, so the loop could not resume
-- their calls.
function adapter.can_wait()
  return core.yieldable() and not scheduler.is_running_task()
end

function adapter.pause()
  coroutine.yield()
end

adapter.wake = resume_queue.put

-- A transport without a descriptor is stepped by a timer.
local function open(calls)
  local function step(problem)
    if problem then return calls:fail("luv cannot wait for the transport: " .. problem) end
    calls:step()
  end
  local descriptor = calls.dispatcher:fd()
  if not descriptor then
    calls.handle = uv.new_timer()
    return calls.handle:start(0, POLL_INTERVAL, function()
      step()
    end)
  end
  local handle, message = uv.new_poll(descriptor)
  if not handle then return handle, message end
  calls.handle = handle
  return handle:start("r", step)
end

local function start(calls)
  if calls.handle then return nil end
  local ok, started, message = pcall(open, calls)
  if ok and started then return nil end
  return "luv cannot wait for the transport: " .. tostring(message or started)
end

local function on_idle(calls)
  if calls.handle then calls.handle:close() end
  calls.handle = nil
end

function adapter.in_flight(dispatcher)
  local calls = by_dispatcher[dispatcher]
  if not calls then
    calls = in_flight.new(dispatcher, "")
    calls.start, calls.on_idle = start, on_idle
    by_dispatcher[dispatcher] = calls
  end
  return calls
end

function adapter.forget(dispatcher)
  local calls = by_dispatcher[dispatcher]
  if calls then on_idle(calls) end
end

function adapter.sleep(seconds)
  local deadline = core.now() + seconds
  while core.now() < deadline do
    timer.wait(adapter, deadline - core.now())
  end
end

function adapter.poll(...)
  return io.poll(adapter, ...)
end

function adapter.resolve(...)
  return io.resolve(adapter, ...)
end

function adapter.spawn(task)
  coroutine.resume(task.co)
end

return event_loop.module(adapter)
