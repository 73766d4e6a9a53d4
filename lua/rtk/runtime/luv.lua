-- SPDX-License-Identifier: MIT
-- Waits as luv does: a call in a coroutine pauses it until the loop resumes
-- it.
--
-- The loop keeps the coroutines that wait, as it keeps callbacks. While there
-- are calls in flight it waits for the transport's descriptor; without calls
-- nothing is left in it, so that it can end.

local addresses = require("rtk.runtime.luv.addresses")
local core = require("rtk.core")
local descriptor = require("rtk.runtime.luv.descriptor")
local loop = require("rtk.runtime.event_loop")
local ready = require("rtk.runtime.luv.resume_queue")
local scheduler = require("rtk.runtime.scheduler")
local timed = require("rtk.runtime.luv.timer")
local uv = require("luv")
local watches = require("rtk.runtime.event_loop.in_flight")

local host = {}

-- Milliseconds between two looks at a transport that has no descriptor.
local SHORT_STEP = 10

local by_inbox = setmetatable({}, { __mode = "kv" })

-- Whoever drives tasks of plain Lua blocks the loop, so it could not resume what they do.
function host.can_wait()
  return core.yieldable() and not scheduler.is_driven()
end

function host.pause()
  coroutine.yield()
end

host.wake = ready.put

-- Without a descriptor it is a timer that looks.
local function open(watch)
  local function step(problem)
    if problem then return watch:fail("luv cannot wait for the transport: " .. problem) end
    watch:step()
  end
  local number = watch.inbox:fd()
  if not number then
    watch.handle = uv.new_timer()
    return watch.handle:start(0, SHORT_STEP, function()
      step()
    end)
  end
  local handle, message = uv.new_poll(number)
  if not handle then return handle, message end
  watch.handle = handle
  return handle:start("r", step)
end

local function start(watch)
  if watch.handle then return nil end
  local ok, started, message = pcall(open, watch)
  if ok and started then return nil end
  return "luv cannot wait for the transport: " .. tostring(message or started)
end

local function on_idle(watch)
  if watch.handle then watch.handle:close() end
  watch.handle = nil
end

function host.watch(inbox)
  local watch = by_inbox[inbox]
  if not watch then
    watch = watches.new(inbox, "")
    watch.start, watch.on_idle = start, on_idle
    by_inbox[inbox] = watch
  end
  return watch
end

function host.forget(inbox)
  local watch = by_inbox[inbox]
  if watch then on_idle(watch) end
end

function host.sleep(seconds)
  local moment = core.now() + seconds
  while core.now() < moment do
    timed.wait(host, moment - core.now())
  end
end

function host.poll(...)
  return descriptor.poll(host, ...)
end

function host.resolve(...)
  return addresses.of(host, ...)
end

function host.spawn(task)
  coroutine.resume(task.co)
end

return loop.module(host)
