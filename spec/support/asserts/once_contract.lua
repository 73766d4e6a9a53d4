-- SPDX-License-Identifier: MIT
-- What every kind of rtk.once promises, as functions that take a constructor. They use nothing of
-- busted, because some run inside nginx.

local rtk = require("rtk")

local contract = {}

local function equal(expected, value)
  if expected ~= value then
    error(("it is %s, not %s"):format(tostring(value), tostring(expected)), 2)
  end
end

contract["runs one function at a time for a key"] = function(new)
  local once, running, most, functions = new({}), 0, 0, {}
  for index = 1, 8 do
    functions[index] = function()
      return once:run("k", function()
        running = running + 1
        most = math.max(most, running)
        rtk.sleep(0.01)
        running = running - 1
        return index
      end)
    end
  end
  for index, result in ipairs(rtk.gather(functions)) do
    equal(true, result[1])
    equal(index, result[2])
  end
  equal(1, most)
end

contract["gives each lock a higher token"] = function(new)
  local once, last = new({ ttl = 0.05 }), 0
  for _ = 1, 5 do
    local token = once:run("k", function(lock)
      return lock.token
    end)
    equal(true, token > last)
    last = token
  end
end

contract["ends a lock after its time, and keeps its holder from releasing the next"] = function(new)
  local once, has_begun = new({ ttl = 0.05, wait = 60 }), false
  -- Ends of itself where a machine stalls before it is extended.
  local function extended(lock)
    if not lock:extend(60) then return nil end
    rtk.sleep(0.3)
    return lock:is_held(), lock.token
  end
  local results = rtk.gather({
    function()
      return once:run("k", function(lock)
        has_begun = true
        rtk.sleep(0.2)
        return lock:is_held(), lock:extend(), lock.token
      end)
    end,
    function()
      while not has_begun do
        rtk.sleep(0.001)
      end
      local is_held, token
      repeat
        is_held, token = once:run("k", extended)
      until is_held ~= nil
      return is_held, token
    end,
  })
  equal(true, results[1][1])
  equal(false, results[1][2])
  equal(false, results[1][3])
  equal(true, results[2][2])
  equal(true, results[2][3] > results[1][4])
end

contract["waits no longer than it may"] = function(new)
  local once = new({ wait = 0.02 })
  once:run("k", function()
    for _, options in ipairs({ {}, { wait = 0 } }) do
      local value, message, err = once:run("k", error, options)
      equal(nil, value)
      equal("string", type(message))
      equal("timeout", err.kind)
      equal("locked", err.reason)
    end
    equal(
      "another key",
      once:run("l", function()
        return "another key"
      end)
    )
  end)
end

contract["releases the lock when the function raises, and raises the same"] = function(new)
  local once, mistake = new({ wait = 0 }), {}
  local ok, raised = pcall(once.run, once, "k", function()
    error(mistake)
  end)
  equal(false, ok)
  equal(mistake, raised)
  local first, second, count = once:run("k", function()
    return 1, nil, 3
  end)
  equal(1, first)
  equal(nil, second)
  equal(3, count)
end

return contract
