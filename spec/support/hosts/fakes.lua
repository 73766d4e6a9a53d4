-- SPDX-License-Identifier: MIT
-- Hosts that rtk knows nothing of, as loops (see spec.support.clients.loops): one with an event
-- loop and one whose coroutines can only sleep. rtk takes the host that was made last for the host
-- of all, so a host has no module before `make` makes it.

local core = require("rtk.core")
local rtk = require("rtk")

local hosts = {}

local resume, status, yield = coroutine.resume, coroutine.status, coroutine.yield

-- An event loop of timers and descriptors.
local loop = { timers = {}, watches = {}, problems = {} }

function loop.after(seconds, callback)
  local timer = { time = core.now() + seconds, callback = callback }
  table.insert(loop.timers, timer)
  return function()
    timer.callback = nil
  end
end

function loop.watch(fd, on_readable)
  assert(fd ~= 99999, "bad descriptor")
  local watch = { fd = fd, on_readable = on_readable }
  table.insert(loop.watches, watch)
  return function()
    for index, other in ipairs(loop.watches) do
      if other == watch then table.remove(loop.watches, index) end
    end
  end
end

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function call(callback)
  local ok, problem = pcall(callback)
  if not ok then table.insert(loop.problems, problem) end
end

local function fire_timers()
  local now, due, left = core.now(), {}, {}
  for _, timer in ipairs(loop.timers) do
    local list = timer.time <= now and due or left
    if timer.callback then list[#list + 1] = timer end
  end
  loop.timers = left
  for _, timer in ipairs(due) do
    if timer.callback then call(timer.callback) end
  end
end

local function poll_watches(seconds)
  local all, descriptors = loop.watches, {}
  for index, watch in ipairs(all) do
    descriptors[index] = watch.fd
  end
  core.wait(descriptors, seconds)
  for _, watch in ipairs({ unpack(all) }) do
    if core.wait({ watch.fd }, 0) then call(watch.on_readable) end
  end
end

local function next_time()
  local earliest
  for _, timer in ipairs(loop.timers) do
    if timer.callback then earliest = math.min(earliest or math.huge, timer.time) end
  end
  return earliest
end

-- Runs until nothing is left.
local function run_loop()
  local time = next_time()
  while time or loop.watches[1] do
    poll_watches(math.min(0.05, math.max(0, (time or math.huge) - core.now())))
    fire_timers()
    time = next_time()
  end
end

-- Runs functions in coroutines that `start` starts; raises what one of them raised.
local function run_all(start, go, ...)
  local problems = {}
  for _, f in ipairs({ ... }) do
    start(function()
      local ok, problem = pcall(f)
      if not ok then problems[#problems + 1] = { problem } end
    end)
  end
  go()
  if problems[1] then error(problems[1][1], 0) end
end

local function run_in_loop(...)
  loop.problems = {}
  run_all(function(f)
    loop.after(0, function()
      assert(resume(coroutine.create(f)))
    end)
  end, run_loop, ...)
  if loop.problems[1] then error(loop.problems[1], 0) end
end

local function sleep_in_loop(seconds)
  local co = coroutine.running()
  loop.after(seconds, function()
    assert(resume(co))
  end)
  yield()
end

-- Coroutines that sleep by yielding how long.
local sleeping = {}

local function turn_sleeping()
  local all = sleeping
  sleeping = {}
  for _, entry in ipairs(all) do
    if entry.time > core.now() then
      table.insert(sleeping, entry)
    else
      local _, seconds = assert(resume(entry.co))
      if status(entry.co) ~= "dead" then
        table.insert(sleeping, { co = entry.co, time = core.now() + seconds })
      end
    end
  end
end

local function run_sleeping(...)
  run_all(function(f)
    table.insert(sleeping, { co = coroutine.create(f), time = 0 })
  end, function()
    while sleeping[1] do
      local time = math.huge
      for _, entry in ipairs(sleeping) do
        time = math.min(time, entry.time)
      end
      core.sleep(math.max(0, time - core.now()))
      turn_sleeping()
    end
  end, ...)
end

--- The pauses so far, in seconds.
hosts.pauses = {}

function hosts.sleep(seconds)
  hosts.pauses[#hosts.pauses + 1] = seconds
  yield(seconds)
end

hosts.loop = {
  name = "a host with a loop",
  watch = loop.watch,
  after = loop.after,
  run = run_in_loop,
  sleep = sleep_in_loop,
  make = function()
    hosts.loop.module = rtk.runtime.adapter({ watch = loop.watch, after = loop.after })
  end,
}

hosts.sleeping = {
  name = "a host that sleeps",
  run = run_sleeping,
  sleep = yield,
  make = function()
    hosts.sleeping.module = rtk.runtime.polling({ sleep = hosts.sleep })
  end,
}

return hosts
