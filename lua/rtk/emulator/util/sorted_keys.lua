-- SPDX-License-Identifier: MIT
-- The order of tables that have none of their own, so that the same calls give the same answers.

--- The keys of a table in alphabetical order.
---@param fields table<string, any>
---@return string[]
local function sorted_keys(fields)
  local keys = {}
  for key in pairs(fields) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

return sorted_keys
