-- SPDX-License-Identifier: MIT
-- Waits as cqueues does: a call in a coroutine of a controller lets the
-- controller's other coroutines run.
--
-- In each controller that has calls in flight one coroutine more, the pump,
-- waits for the transport's descriptor. It ends with the last call. Results
-- get to their coroutines wherever they were received: by another controller's
-- pump, or by a call that blocks.

local addresses = require("rtk.runtime.cqueues.addresses")
local condition = require("cqueues.condition")
local core = require("rtk.core")
local cqueues = require("cqueues")
local descriptor = require("rtk.runtime.cqueues.descriptor")
local loop = require("rtk.runtime.event_loop")
local tasks = require("rtk.runtime.event_loop.task")
local watches = require("rtk.runtime.event_loop.in_flight")

local host = {}

-- Seconds between two looks for calls whose coroutine was dropped, while there are calls.
local SWEEP = 1

-- Seconds between two looks at a transport that has no descriptor.
local SHORT_STEP = 0.01

-- Seconds. Transports keep deadlines themselves; this is for a pump that cqueues ended.
local GRACE = 5

-- By inbox and controller. They live as long as their calls and their pump.
local by_inbox = setmetatable({}, { __mode = "k" })

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function pack(...)
  return { n = select("#", ...), ... }
end

function host.can_wait()
  local controller, is_its_own = cqueues.running()
  if not controller or not core.yieldable() then return false end
  return is_its_own or tasks.has((coroutine.running()))
end

function host.pause(waiter)
  waiter.condition = waiter.condition or condition.new()
  if not waiter.watch then return cqueues.poll(waiter.condition) end
  local limit = waiter.began + waiter.timeout + GRACE
  cqueues.poll(waiter.condition, math.max(0, limit - core.now()))
  if waiter.is_done or core.now() < limit then return end
  waiter.watch.has_pump = false
  waiter.watch:drop(waiter, "cqueues does not wait for the transport's descriptor")
end

function host.wake(waiter)
  if waiter.condition then waiter.condition:signal() end
end

-- Waits until there may be something to do for the transport.
local function poll(watch)
  local number = watch.inbox:fd()
  if not number then return cqueues.poll(watch.nudge, SHORT_STEP) end
  watch.pollfd, watch.events = number, "r"
  if cqueues.poll(watch, watch.nudge, SWEEP) == SWEEP then watch.inbox:sweep() end
end

local function pump(watch)
  while not watch:is_idle() do
    watch:step()
    if not watch:is_idle() then poll(watch) end
  end
  watch.has_pump = false
end

local function start(watch)
  if watch.has_pump then return nil end
  watch.has_pump = true
  local _, message = cqueues.running():wrap(pump, watch)
  return message
end

local function on_idle(watch)
  watch.nudge:signal()
end

function host.watch(inbox)
  local controller = cqueues.running()
  local by_controller = by_inbox[inbox] or setmetatable({}, { __mode = "kv" })
  by_inbox[inbox] = by_controller
  local watch = by_controller[controller]
  if not watch then
    -- Calls end with their coroutines, which the controller keeps.
    watch = watches.new(inbox, "k")
    watch.nudge, watch.start, watch.on_idle = condition.new(), start, on_idle
    by_controller[controller] = watch
  end
  return watch
end

function host.forget(inbox)
  for _, watch in pairs(by_inbox[inbox] or {}) do
    if watch.has_pump and watch.pollfd then cqueues.cancel(watch.pollfd) end
  end
end

host.sleep = cqueues.sleep
host.poll = descriptor.poll
host.resolve = addresses.of

-- Resumes the task's coroutine in one that the controller resumes, so that it can be left out.
local function carry(task)
  if task.is_done then return end
  local passed = pack(coroutine.resume(task.co))
  while coroutine.status(task.co) == "suspended" do
    if passed[2] == cqueues._POLL then
      passed.n = passed.n + 1
      passed[passed.n] = task.cancelled
    end
    passed = pack(coroutine.yield(unpack(passed, 2, passed.n)))
    if task.is_done then return end
    passed = pack(coroutine.resume(task.co, unpack(passed, 1, passed.n)))
  end
end

local function on_cancel(task)
  task.cancelled:signal()
end

function host.spawn(task)
  task.cancelled, task.on_cancel = condition.new(), on_cancel
  cqueues.running():wrap(carry, task)
end

return loop.module(host)
