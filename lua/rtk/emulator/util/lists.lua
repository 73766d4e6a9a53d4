-- SPDX-License-Identifier: MIT
-- What a list has.

--- Whether a list has a value.
---@param list any[]
---@param value any
---@return boolean
local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

return contains
