-- SPDX-License-Identifier: MIT
-- The order of a list that a query can name.

--- The records in the order of a key, smallest first; ties keep their order.
---@param records table[]
---@param key fun(record: table): number
---@return table[]
local function sorted(records, key)
  local keys, places, copy = {}, {}, {}
  for i, record in ipairs(records) do
    keys[record], places[record], copy[i] = key(record), i, record
  end
  table.sort(copy, function(a, b)
    if keys[a] ~= keys[b] then return keys[a] < keys[b] end
    return places[a] < places[b]
  end)
  return copy
end

return sorted
