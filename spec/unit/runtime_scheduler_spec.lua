-- SPDX-License-Identifier: MIT
local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients")
local scheduler = require("rtk.runtime.scheduler")
local virtual_time = require("spec.support.virtual_time")

describe("rtk.runtime.scheduler", function()
  local clock, log

  before_each(function()
    clock, log = virtual_time.start(), {}
  end)

  after_each(function()
    clock:stop()
  end)

  local function note(text)
    log[#log + 1] = text
  end

  -- A runtime whose requests take `delay` seconds and are answered with their url.
  local function runtime()
    local transport = clock:transport(function(request)
      return { text = request.url }, request.delay
    end)
    return blocking.new(transport), transport
  end

  local function get(own, url, delay)
    return own:send({ url = url, delay = delay }).text
  end

  describe("a task", function()
    it("begins at once and tells what its function returned", function()
      local task = scheduler.spawn(function()
        note("begun")
        return 1, nil, 3, nil
      end)
      assert.same({ "begun" }, log)
      assert.equal(5, select("#", task:wait()))
      assert.same({ true, 1, nil, 3 }, { task:wait() })
    end)

    it("keeps what its function raised as it is", function()
      local raised = {}
      local task = scheduler.spawn(function()
        error(raised)
      end)
      local ok, value = task:wait()
      assert.is_false(ok)
      assert.equal(raised, value)
    end)

    it("overlaps its waiting with that of others", function()
      local own = runtime()
      local first = scheduler.spawn(function()
        return get(own, "slow", 3)
      end)
      local second = scheduler.spawn(function()
        own:sleep(2)
        return get(own, "late", 2)
      end)
      assert.same({ true, "late" }, { second:wait() })
      assert.same({ true, "slow" }, { first:wait() })
      assert.equal(1004, clock.now)
    end)

    it("can be waited for by several, again and again", function()
      local own = runtime()
      local slow = scheduler.spawn(function()
        return get(own, "x", 1)
      end)
      local waiters = {}
      for index = 1, 3 do
        waiters[index] = scheduler.spawn(function()
          return select(2, slow:wait())
        end)
      end
      for index = 1, 3 do
        assert.equal("x", select(2, waiters[index]:wait()))
      end
      assert.equal("x", select(2, slow:wait()))
      assert.equal(1001, clock.now)
    end)

    it("goes on while the main program waits for something else", function()
      local own = runtime()
      local task = scheduler.spawn(function()
        get(own, "a", 1)
        get(own, "b", 1)
        note("done")
      end)
      assert.equal("main", get(own, "main", 5))
      assert.same({ "done" }, log)
      own:sleep(0)
      assert.is_true((task:wait()))
      assert.equal(1005, clock.now)
    end)

    it("goes on while the main program sleeps, for exactly as long", function()
      local own = runtime()
      local task = scheduler.spawn(function()
        get(own, "a", 1)
        own:sleep(1)
        note(clock.now)
      end)
      own:sleep(3)
      assert.same({ 1002 }, log)
      assert.equal(1003, clock.now)
      assert.is_true((task:wait()))
    end)

    it("lets others run when the user's own code yields in it", function()
      local own = runtime()
      local task = scheduler.spawn(function()
        for _ = 1, 3 do
          assert.is_nil(coroutine.yield("nobody gets this"))
          note("yielded")
        end
      end)
      assert.equal("x", get(own, "x", 1))
      assert.is_true((task:wait()))
      assert.same({ "yielded", "yielded", "yielded" }, log)
    end)

    it("cannot wait for itself, nor can tasks wait for each other", function()
      local task
      task = scheduler.spawn(function()
        coroutine.yield()
        task:wait()
      end)
      local ok, message = task:wait()
      assert.is_false(ok)
      assert.truthy(message:find("cannot wait for itself", 1, true), message)
      local one, two
      one = scheduler.spawn(function()
        coroutine.yield()
        return two:wait()
      end)
      two = scheduler.spawn(function()
        return one:wait()
      end)
      message = clients.misuse_of(one.wait, one)
      assert.truthy(message:find("nothing is left", 1, true), message)
    end)
  end)

  describe("where a task cannot pause", function()
    -- Waits for a request in a coroutine of the user's own.
    local function in_coroutine(own, url, delay)
      return coroutine.wrap(function()
        return get(own, url, delay)
      end)()
    end

    local function in_callback(own, url, delay)
      return (string.gsub("x", "x", function()
        return get(own, url, delay)
      end))
    end

    for name, wait in pairs({ coroutine = in_coroutine, callback = in_callback }) do
      it("waits in a " .. name .. " without losing what others wait for", function()
        local own, transport = runtime()
        local tasks = {}
        for index = 1, 4 do
          tasks[index] = scheduler.spawn(function()
            get(own, "before", 1)
            return wait(own, "inner " .. index, 5 - index) .. get(own, "+", 1)
          end)
        end
        for index = 1, 4 do
          assert.same({ true, "inner " .. index .. "+" }, { tasks[index]:wait() })
        end
        assert.equal(0, transport:pending())
      end)

      it("waits in a " .. name .. " for tasks spawned there", function()
        local own = runtime()
        local outer = scheduler.spawn(function()
          local inner = scheduler.spawn(function()
            return wait(own, "x", 1) .. get(own, "y", 1)
          end)
          return (
            string.gsub("x", "x", function()
              return select(2, inner:wait())
            end)
          )
        end)
        assert.same({ true, "xy" }, { outer:wait() })
      end)
    end

    it("waits for a task of others that waits for one more", function()
      local own = runtime()
      local last = scheduler.spawn(function()
        return get(own, "last", 2)
      end)
      local middle = scheduler.spawn(function()
        return select(2, last:wait())
      end)
      local first = scheduler.spawn(function()
        return coroutine.wrap(function()
          return select(2, middle:wait())
        end)()
      end)
      assert.same({ true, "last" }, { first:wait() })
    end)

    it("does not pile up the waits of many tasks", function()
      local own = runtime()
      local tasks = {}
      for index = 1, 500 do
        tasks[index] = scheduler.spawn(function()
          get(own, "before", 1)
          return in_callback(own, "after", 1)
        end)
      end
      for index = 1, 500 do
        assert.same({ true, "after" }, { tasks[index]:wait() })
      end
    end)
  end)

  describe("cancel", function()
    it("takes back the request that is in flight", function()
      local own, transport = runtime()
      local task = scheduler.spawn(function()
        get(own, "x", 1)
        note("went on")
      end)
      task:cancel()
      assert.equal(0, transport:pending())
      assert.same({ false, "the task was cancelled" }, { task:wait() })
      own:sleep(5)
      assert.same({}, log)
    end)

    it("ends sleeps, waits and tasks that were spawned in it", function()
      local own, transport = runtime()
      local outer = scheduler.spawn(function()
        local sleeper = scheduler.spawn(function()
          own:sleep(1)
          note("slept")
        end)
        local sender = scheduler.spawn(function()
          get(own, "x", 1)
        end)
        sleeper:wait()
        sender:wait()
        note("went on")
      end)
      outer:cancel()
      own:sleep(5)
      assert.same({}, log)
      assert.equal(0, transport:pending())
    end)

    it("does not let a task go on that has its result already", function()
      local own = runtime()
      local second
      local first = scheduler.spawn(function()
        get(own, "x", 1)
        second:cancel()
      end)
      second = scheduler.spawn(function()
        own:sleep(1)
        note("went on")
      end)
      first:wait()
      assert.is_false((second:wait()))
      assert.same({}, log)
    end)

    it("wakes those who wait for the task", function()
      local own = runtime()
      local task = scheduler.spawn(function()
        get(own, "x", 1)
      end)
      local waiter = scheduler.spawn(function()
        return task:wait()
      end)
      task:cancel()
      assert.same({ true, false, "the task was cancelled" }, { waiter:wait() })
    end)

    it("comes too late for a task that is done", function()
      local task = scheduler.spawn(function()
        return "x"
      end)
      task:cancel()
      assert.same({ true, "x" }, { task:wait() })
    end)
  end)

  it("lets tasks be collected that nobody holds, wherever they paused", function()
    local own, transport = runtime()
    local held = setmetatable({}, { __mode = "k" })
    local function abandon(wait)
      scheduler.spawn(function()
        local mark = {}
        held[mark] = true
        wait()
        note(tostring(mark))
      end)
    end
    for _ = 1, 10 do
      abandon(function()
        get(own, "x", 1)
      end)
      abandon(function()
        own:sleep(1)
      end)
      abandon(coroutine.yield)
    end
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(held))
    for _ = 1, 20 do
      get(own, "y", 0.01)
    end
    assert.equal(0, transport:pending())
    assert.same({}, log)
  end)
end)
