-- SPDX-License-Identifier: MIT
-- Compares two decoded JSON values: numbers by value, tables by content and by whether they are
-- arrays.

local array = require("rtk.array")

local function same_value(left, right)
  if type(left) ~= "table" or type(right) ~= "table" then return left == right end
  if array.is(left) ~= array.is(right) then return false end
  for key, value in pairs(left) do
    if not same_value(value, right[key]) then return false end
  end
  for key in pairs(right) do
    if left[key] == nil then return false end
  end
  return true
end

return same_value
