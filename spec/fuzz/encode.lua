-- SPDX-License-Identifier: MIT
-- Fuzz target: the JSON encoder. Each input is a program that builds a value on a stack, with or
-- without a JSON form (NaN, functions, keys that are no names, cycles). An encoded value must
-- decode to the same value.

local array = require("rtk.array")
local core = require("rtk.core")
local same_value = require("spec.support.asserts.same_value")

local MOST_BYTES = 32 -- of one string
local LONGEST = 400 -- bytes of a program: what matters is not length

-- What the machine does for a byte. Each takes the stack and gets what follows in the
-- input; it returns how much of that it used.
local steps = {}

-- The doubles that have the next eight bytes.
steps[0] = function(stack, rest)
  local sign, exponent, mantissa = 1, 0, 0
  for index = 1, math.min(#rest, 8) do
    local byte = rest:byte(index)
    if index == 1 then
      exponent = byte
      sign = byte % 2 == 0 and 1 or -1
    else
      mantissa = mantissa * 256 + byte
    end
  end
  stack[#stack + 1] = sign * mantissa * 2.0 ^ (exponent * 8 - 1100)
  return 8
end

-- A whole number in decimal.
steps[1] = function(stack, rest)
  local digits = rest:match("^%-?%d+") or "0"
  stack[#stack + 1] = tonumber(digits:sub(1, 25))
  return #digits
end

-- A string, valid UTF-8 or not.
steps[2] = function(stack, rest)
  local length = (rest:byte() or 0) % MOST_BYTES
  stack[#stack + 1] = rest:sub(2, length + 1)
  return length + 1
end

steps[3] = function(stack)
  stack[#stack + 1] = {}
  return 0
end

steps[4] = function(stack)
  stack[#stack + 1] = array.new()
  return 0
end

-- The value on top becomes an element of the table below it.
steps[5] = function(stack)
  local owner = stack[#stack - 1]
  if type(owner) ~= "table" then return 0 end
  owner[#owner + 1] = table.remove(stack)
  return 0
end

-- The value on top becomes a member, under the name that follows.
steps[6] = function(stack, rest)
  local owner = stack[#stack - 1]
  if type(owner) ~= "table" then return 0 end
  local length = (rest:byte() or 0) % MOST_BYTES
  local value = table.remove(stack)
  -- The decoder leaves null members out.
  if value ~= core.null then owner[rest:sub(2, length + 1)] = value end
  return length + 1
end

-- The value on top becomes a member whose key is the next byte.
steps[7] = function(stack, rest)
  local owner = stack[#stack - 1]
  if type(owner) ~= "table" then return 0 end
  owner[(rest:byte() or 0) - 2] = table.remove(stack)
  return 1
end

local odd_values = { true, false, core.null, math.huge, -math.huge, 0 / 0, -0.0, print, core.now }

steps[8] = function(stack, rest)
  stack[#stack + 1] = odd_values[(rest:byte() or 0) % #odd_values + 1]
  return 1
end

-- The value on top once more, inside itself if it is a table.
steps[9] = function(stack)
  local top = stack[#stack]
  if type(top) == "table" then stack[#stack + 1] = top end
  return 0
end

local function build(program)
  local stack, position = {}, 1
  while position <= #program do
    local step = steps[program:byte(position) % 10]
    position = position + 1 + step(stack, program:sub(position + 1, position + 40))
  end
  return stack[#stack]
end

return function(input)
  local value = build(input:sub(1, LONGEST))
  local ok, text = pcall(core.encode, value)
  if not ok then
    assert(type(text) == "string" and text:find("cannot encode", 1, true), text)
    return
  end
  local back, reason = core.decode(text)
  assert(reason == nil, reason)
  assert(same_value(value, back), "another value after decoding " .. text)
end
