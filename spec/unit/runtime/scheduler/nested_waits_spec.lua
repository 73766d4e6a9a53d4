-- SPDX-License-Identifier: MIT
-- Waits inside of tasks where a task cannot pause.

local scheduler = require("rtk.runtime.scheduler")
local virtual_time = require("spec.support.clients.virtual_time")

describe("rtk.runtime.scheduler where a task cannot pause,", function()
  local clock

  virtual_time.around(function(new_clock)
    clock = new_clock
  end)

  -- Waits for a request in a coroutine of the user's own.
  local function in_coroutine(own, url, delay)
    return coroutine.wrap(function()
      return own:get(url, delay)
    end)()
  end

  local function in_callback(own, url, delay)
    return (string.gsub("x", "x", function()
      return own:get(url, delay)
    end))
  end

  for name, wait in pairs({ coroutine = in_coroutine, callback = in_callback }) do
    it("waits in a " .. name .. " without losing results of others", function()
      local own = clock:runtime()
      local tasks = {}
      for index = 1, 4 do
        tasks[index] = scheduler.spawn(function()
          own:get("before", 1)
          return wait(own, "inner " .. index, 5 - index) .. own:get("+", 1)
        end)
      end
      for index = 1, 4 do
        assert.same({ true, "inner " .. index .. "+" }, { tasks[index]:wait() })
      end
      assert.equal(0, own.transport:pending())
    end)

    it("waits in a " .. name .. " for tasks spawned there", function()
      local own = clock:runtime()
      local outer = scheduler.spawn(function()
        local inner = scheduler.spawn(function()
          return wait(own, "x", 1) .. own:get("y", 1)
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

  it("waits for a task that waits for another one", function()
    local own = clock:runtime()
    local last = scheduler.spawn(function()
      return own:get("last", 2)
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

  it("does not nest the waits of many tasks", function()
    local own = clock:runtime()
    local tasks = {}
    for index = 1, 500 do
      tasks[index] = scheduler.spawn(function()
        own:get("before", 1)
        return in_callback(own, "after", 1)
      end)
    end
    for index = 1, 500 do
      assert.same({ true, "after" }, { tasks[index]:wait() })
    end
  end)
end)
