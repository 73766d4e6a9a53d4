-- SPDX-License-Identifier: MIT
-- Random mixtures of everything that tasks can do, on three transports.

local new_random = require("spec.support.data.random").new
local scheduler = require("rtk.runtime.scheduler")
local virtual_time = require("spec.support.clients.virtual_time")

describe("tasks", function()
  local random, runtimes, tasks, act

  local function wait_for(task)
    local ok, message = task:wait()
    assert(ok or message == "the task was cancelled", message)
  end

  local function spawn_some(depth)
    local spawned = {}
    for index = 1, random:below(4) do
      spawned[index] = scheduler.spawn(function()
        for _ = 1, random:below(4) do
          act(depth + 1, true)
        end
      end)
      tasks[#tasks + 1] = spawned[index]
    end
    return spawned
  end

  local acts = {
    function()
      local name, delay = "request " .. random:below(1000), random:below(5)
      assert(name == random:pick(runtimes):get(name, delay))
    end,
    function()
      random:pick(runtimes):sleep(random:below(4))
    end,
    function(depth)
      if depth == 4 then return end
      for _, task in ipairs(spawn_some(depth)) do
        if random:chance(80) then wait_for(task) end
      end
    end,
    function(depth)
      string.gsub("x", "x", function()
        act(depth)
      end)
    end,
    function(depth)
      coroutine.wrap(act)(depth)
    end,
    function()
      if tasks[1] and random:chance(20) then random:pick(tasks):cancel() end
    end,
    function(_, is_task)
      if is_task then coroutine.yield() end
    end,
  }

  function act(depth, is_task)
    random:pick(acts)(depth, is_task)
  end

  it("all end with their own results, whatever they do", function()
    local clock = virtual_time.start()
    finally(function()
      clock:stop()
    end)
    for seed = 1, 500 do
      random, tasks = new_random(seed), {}
      runtimes = { clock:runtime(), clock:runtime(), clock:runtime() }
      if random:chance(30) then runtimes[1].transport.fd = function() end end
      for _ = 1, 5 do
        spawn_some(0)
        act(0)
      end
      for _, task in ipairs(tasks) do
        wait_for(task)
      end
      for _, runtime in ipairs(runtimes) do
        assert.equal(0, runtime.transport:pending(), "seed " .. seed)
      end
    end
  end)
end)
