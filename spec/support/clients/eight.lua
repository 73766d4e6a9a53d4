-- SPDX-License-Identifier: MIT
-- Runs a call eight times at once, in tasks of rtk.gather whose requests take turns.

local rtk = require("rtk")

local eight = {}

local TIMES = 8

--- Runs a function eight times at once. Raises unless all succeed and have the same object.
---@param f fun(index: integer): any, any, any an object, or nil and a message
---@return table[] values for each { object, outcome }
---@return table<string, integer> outcomes how often each outcome is there
function eight.times(f)
  local functions, values, outcomes = {}, {}, {}
  for index = 1, TIMES do
    functions[index] = function()
      return f(index)
    end
  end
  for index, result in ipairs(rtk.gather(functions)) do
    assert(result[1], tostring(result[2]))
    assert(result[2] ~= nil, tostring(result[3]))
    assert(result[2] == false or values[1] == nil or result[2].id == values[1][1].id, "two objects")
    local outcome = tostring(result[3])
    outcomes[outcome] = (outcomes[outcome] or 0) + 1
    values[index] = { result[2], result[3] }
  end
  return values, outcomes
end

return eight
