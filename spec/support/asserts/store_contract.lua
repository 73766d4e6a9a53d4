-- SPDX-License-Identifier: MIT
-- What every store promises, as functions of a new store. They use nothing of busted, because some
-- run inside nginx.

local rtk = require("rtk")

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

-- Fails unless the results are the expected ones.
local function equal(expected, ...)
  for index = 1, math.max(#expected, select("#", ...)) do
    local value = select(index, ...)
    if value ~= expected[index] then
      error(
        ("result %d is %s, not %s"):format(index, tostring(value), tostring(expected[index])),
        2
      )
    end
  end
end

local contract = {}

contract["adds a value once, until it expires"] = function(store)
  equal({ true }, store:add("a", "1", 60))
  equal({ false, "1" }, store:add("a", "2", 60))
  equal({ true }, store:add("brief", "2", 0.05))
  rtk.sleep(0.08)
  equal({}, store:get("brief"))
  equal({ true }, store:add("brief", "3", 60))
  equal({ "3" }, store:get("brief"))
  equal({ "1" }, store:get("a"))
end

contract["sets values"] = function(store)
  equal({ true }, store:set("a", "1", 10))
  equal({ true }, store:set("a", "two words\n\0", 10))
  equal({ "two words\n\0" }, store:get("a"))
end

contract["swaps and removes only what is expected"] = function(store)
  store:set("a", "1", 10)
  equal({ false }, store:swap("a", "2", "3", 10))
  equal({ false }, store:swap("none", "2", "3", 10))
  equal({ "1" }, store:get("a"))
  equal({ true }, store:swap("a", "1", "2", 10))
  equal({ "2" }, store:get("a"))
  equal({ true }, store:swap("a", "2", nil))
  equal({}, store:get("a"))
  equal({ true }, store:add("a", "4", 10))
end

-- The values of a list, which are as many, from the first to the last.
local function values_of(store, count)
  local values = {}
  for index = 1, count do
    values[index] = store:rotate("list")
  end
  return unpack(values)
end

contract["keeps lists in order"] = function(store)
  equal({}, store:rotate("list"))
  for _, value in ipairs({ "1", "2", "3" }) do
    equal({ true }, store:push("list", value))
  end
  equal({ "1" }, store:rotate("list"))
  store:push("list", "4")
  equal({ "2", "3", "1", "4" }, values_of(store, 4))
end

contract["drops from a list what it has just returned, and only that"] = function(store)
  equal({ true }, store:drop("list", "1"))
  for _, value in ipairs({ "1", "2", "1" }) do
    store:push("list", value)
  end
  equal({ true }, store:drop("list", store:rotate("list")))
  equal({ "2", "1" }, values_of(store, 2))
  equal({ true }, store:drop("list", "3"))
  equal({ "2", "1" }, values_of(store, 2))
  for _ = 1, 2 do
    equal({ true }, store:drop("list", store:rotate("list")))
  end
  equal({}, store:rotate("list"))
  equal({ true }, store:push("list", "5"))
  equal({ "5", "5" }, values_of(store, 2))
end

return contract
