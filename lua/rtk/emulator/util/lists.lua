-- SPDX-License-Identifier: MIT
-- Searching and sorting of lists.
local lists = {}

--- Whether a list has a value.
---@param list any[]
---@param value any
---@return boolean
function lists.contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

--- The position of a value in a list, or nil.
---@param list any[]
---@param value any
---@return integer?
function lists.position(list, value)
  for index, item in ipairs(list) do
    if item == value then return index end
  end
end

--- A copy of the list, sorted by a key in ascending order; equal keys keep their order.
---@param list table[]
---@param key fun(item: table): number
---@return table[]
function lists.sorted(list, key)
  local keys, positions, copy = {}, {}, {}
  for index, item in ipairs(list) do
    keys[item], positions[item], copy[index] = key(item), index, item
  end
  table.sort(copy, function(a, b)
    if keys[a] ~= keys[b] then return keys[a] < keys[b] end
    return positions[a] < positions[b]
  end)
  return copy
end

--- The keys of a table in alphabetical order, so that the same calls give the same bytes.
---@param members table<string, any>
---@return string[]
function lists.sorted_keys(members)
  local keys = {}
  for key in pairs(members) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

return lists
