-- SPDX-License-Identifier: MIT
-- Everything that the language has in the form that all Luas share. The bytecode is used only where
-- the Lua that runs makes the same of this text as the Lua of the build: see bytecode.h.

-- luacheck: ignore 111 221 241

local first, second, third, unset = 1, 2.5, "three"
local huge, tiny, negative, hexadecimal = 1e300, 2 ^ -40, -17, 0x7fffffff
local integers = { 0, 1, 127, 128, 255, 256, 65535, 65536, 131071, 16777216, 2147483648 }
local texts = { "", "\0\1\255\r\n", "a text that is too long for what Luas keep as a short string" }
local named = { name = "only one, because LuaJIT's order of several is by chance" }
local empty, nested = {}, { { first, { second } }, { [first] = third } }

local function varied(...)
  local count, values = select("#", ...), { ... }
  return count, values[1], (...), ...
end

local function tail(self, value)
  if not self then return varied(value, unset) end
  return self:method(value, named.name, texts[2], integers[first])
end

local function counter(start)
  local count = start or 0
  return function(step)
    count = count + (step or 1)
    return function()
      count, first = count * 2, count
      return count
    end
  end
end

local function arithmetic(a, b)
  local sum, difference, product = a + b, a - b, a * b
  local quotient, remainder, power = a / b, a % b, a ^ b
  sum, difference, product = sum + 1, difference - 1, product * 2
  quotient, remainder, power = quotient / 2, remainder % 10, power ^ 2
  sum, difference = 1 + sum, 1000000 - difference
  product, quotient = 0.5 * product, 3 / quotient
  return -sum, #third, not difference, product .. ":" .. quotient .. remainder .. power
end

local function comparison(a, b, c)
  local same, other = a == b, a ~= b
  local less, at_most, more, at_least = a < b, a <= b, a > b, a >= b
  if a == 1 or b == "text" or c == nil or a == true then same = not same end
  if a < 10 and b >= 10 and 5 > c and 100 <= a then other = false end
  while a ~= 0.5 and less do
    a = a + 1
    if at_most then break end
  end
  repeat
    local done = c and (more or at_least) or nil
  until done == nil or done
  return same and other or less
end

local function loops(list)
  local total = 0
  for index = 1, #list do
    total = total + list[index]
  end
  for index = #list, 1, -2 do
    list[index], list[index + 1] = list[index + 1], index
  end
  for number = 0, 1, 0.125 do
    total = total - number
  end
  for key, value in pairs(list) do
    if value == key then
      total = total + 1
    elseif value == false then
      total = 0
    else
      list[key] = nil
    end
  end
  for index, value in ipairs(list) do
    local kept = function()
      return index, value, total
    end
    empty[index] = kept
  end
  do
    local inner, outer = total, list
    list.total, list["total count"], outer[inner] = inner, #outer, third
  end
  return total
end

local object = { first, second, third, varied(1, 2, 3) }

function object.plain(value)
  return value and value.field.inner[1] or nested[1][2][1]
end

function object:method(...)
  self.count = (self.count or 0) + select("#", ...)
  return tail(nil, self.count), varied(...), { varied(...) }
end

global_of_probe = object.plain
return object, counter, arithmetic, comparison, loops, huge + tiny + negative + hexadecimal
