-- SPDX-License-Identifier: MIT
--- The median of some numbers, which get sorted; of an even count the upper one in the middle.
---@param numbers number[]
---@return number
return function(numbers)
  table.sort(numbers)
  return numbers[math.floor(#numbers / 2) + 1]
end
