-- SPDX-License-Identifier: MIT
-- Pseudo-random numbers that are the same on every Lua: a Lehmer generator, whose products stay
-- below 2^53.

local Random = {}
Random.__index = Random

--- A generator; the same seed (a whole number from 1) gives the same numbers.
function Random.new(seed)
  return setmetatable({ state = seed }, Random)
end

--- A whole number from 0 to below limit, which is at most 2^31 - 2.
function Random:below(limit)
  self.state = (self.state * 16807) % 2147483647
  return self.state % limit
end

function Random:pick(list)
  return list[self:below(#list) + 1]
end

function Random:chance(percent)
  return self:below(100) < percent
end

return Random
