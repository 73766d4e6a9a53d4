-- SPDX-License-Identifier: MIT
-- The floor of decoding: makes what texts decode to with no more calls of Lua's C API than any
-- decoder needs, and without reading them. See spec/support/programs/json_floor.c.

local core = require("rtk.core")
local json_floor = require("json_floor")

local floor = {}

-- How often each string is in a value, whatever as; all names count as frequent.
local function count_strings(value, counts)
  if type(value) == "string" then counts[value] = (counts[value] or 0) + 1 end
  if type(value) ~= "table" then return end
  for name, inner in pairs(value) do
    if type(name) == "string" then counts[name] = math.huge end
    count_strings(inner, counts)
  end
end

--- A function that makes what a text decodes to, for each of the texts.
---@param texts string[]
---@param often integer a string that is there so often is one that a decoder need not make
---@return fun(text: string): any make
function floor.of(texts, often)
  local values, counts, strings, indexes, plans = {}, {}, {}, {}, {}
  for i, text in ipairs(texts) do
    values[i] = core.decode(text)
    count_strings(values[i], counts)
  end
  for text, count in pairs(counts) do
    if count >= often then
      strings[#strings + 1] = text
      indexes[text] = #strings
    end
  end
  for i, text in ipairs(texts) do
    plans[text] = json_floor.compile(values[i], indexes)
  end
  return function(text)
    return json_floor.run(plans[text], strings, core.array_metatable)
  end
end

return floor
