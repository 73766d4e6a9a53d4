-- SPDX-License-Identifier: MIT
-- The adapter for cqueues: while a call in a coroutine of a controller waits, the controller runs
-- its other coroutines.
--
-- Each controller with calls in flight has one more coroutine, the pump, which polls the
-- transport's descriptor and ends with the last call. A result reaches its coroutine no matter who
-- receives it: this pump, that of another controller, or a blocking call.

local condition = require("cqueues.condition")
local core = require("rtk.core")
local cqueues = require("cqueues")
local event_loop = require("rtk.runtime.event_loop")
local in_flight = require("rtk.runtime.event_loop.in_flight")
local io = require("rtk.runtime.cqueues_io")
local tasks = require("rtk.runtime.event_loop.task")

---@type rtk.EventLoopAdapter
local adapter = {}

-- Seconds between sweeps for calls whose coroutine was collected, while calls are in flight.
local SWEEP_INTERVAL = 1

-- Seconds between polls of a transport that has no descriptor.
local POLL_INTERVAL = 0.01

-- Seconds past a request's timeout, which transports enforce themselves. Only a call whose pump
-- cqueues ended waits for that long.
local GRACE = 5

-- By dispatcher and controller; they live as long as their calls and their pump.
local by_dispatcher = setmetatable({}, { __mode = "k" })

local unpack = core.globals.unpack

local function pack(...)
  return { n = select("#", ...), ... }
end

function adapter.can_wait()
  local controller, is_its_coroutine = cqueues.running()
  if not controller or not core.yieldable() then return false end
  return is_its_coroutine or tasks.has((coroutine.running()))
end

function adapter.pause(waiter)
  waiter.condition = waiter.condition or condition.new()
  if not waiter.in_flight then return cqueues.poll(waiter.condition) end
  local deadline = waiter.start_time + waiter.timeout + GRACE
  cqueues.poll(waiter.condition, math.max(0, deadline - core.now()))
  if waiter.is_done or core.now() < deadline then return end
  waiter.in_flight.has_pump = false
  waiter.in_flight:abandon(waiter, "cqueues does not wait for the transport's descriptor")
end

function adapter.wake(waiter)
  if waiter.condition then waiter.condition:signal() end
end

-- Waits until the transport may have something to do.
local function poll(calls)
  local descriptor = calls.dispatcher:fd()
  if not descriptor then return cqueues.poll(calls.idle_signal, POLL_INTERVAL) end
  calls.pollfd, calls.events = descriptor, "r"
  if cqueues.poll(calls, calls.idle_signal, SWEEP_INTERVAL) == SWEEP_INTERVAL then
    calls.dispatcher:sweep()
  end
end

local function pump(calls)
  while not calls:is_idle() do
    calls:step()
    if not calls:is_idle() then poll(calls) end
  end
  calls.has_pump = false
end

local function start(calls)
  if calls.has_pump then return nil end
  calls.has_pump = true
  local _, message = cqueues.running():wrap(pump, calls)
  return message
end

local function on_idle(calls)
  calls.idle_signal:signal()
end

function adapter.in_flight(dispatcher)
  local controller = cqueues.running()
  local by_controller = by_dispatcher[dispatcher] or setmetatable({}, { __mode = "kv" })
  by_dispatcher[dispatcher] = by_controller
  local calls = by_controller[controller]
  if not calls then
    -- Calls end with their coroutines, which the controller keeps alive.
    calls = in_flight.new(dispatcher, "k")
    calls.idle_signal, calls.start, calls.on_idle = condition.new(), start, on_idle
    by_controller[controller] = calls
  end
  return calls
end

function adapter.forget(dispatcher)
  for _, calls in pairs(by_dispatcher[dispatcher] or {}) do
    if calls.has_pump and calls.pollfd then cqueues.cancel(calls.pollfd) end
  end
end

adapter.sleep = cqueues.sleep
adapter.poll = io.poll
adapter.resolve = io.resolve

-- Resumes the task's coroutine inside a coroutine of the controller, so that a cancelled task can
-- be left suspended.
local function run_task(task)
  if task.is_done then return end
  local values = pack(coroutine.resume(task.co))
  while coroutine.status(task.co) == "suspended" do
    if values[2] == cqueues._POLL then
      values.n = values.n + 1
      values[values.n] = task.cancelled
    end
    values = pack(coroutine.yield(unpack(values, 2, values.n)))
    if task.is_done then return end
    values = pack(coroutine.resume(task.co, unpack(values, 1, values.n)))
  end
end

local function on_cancel(task)
  task.cancelled:signal()
end

function adapter.spawn(task)
  task.cancelled, task.on_cancel = condition.new(), on_cancel
  cqueues.running():wrap(run_task, task)
end

return event_loop.module(adapter)
