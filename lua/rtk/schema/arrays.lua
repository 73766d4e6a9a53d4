-- SPDX-License-Identifier: MIT
-- Distinguishes empty arrays from empty objects in a request body. Lua has one empty table for
-- both; the type of the field decides. Tables are read without metamethods, because an object
-- that the API sent may be sent back as a body (those with a __pairs are plain by then, or come
-- again), and only types that hold arrays are entered, so most bodies cost a look or two.

local arrays = {}

local function is_array(value)
  local metatable = getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__jsontype") == "array"
end

local function shallow_copy(value)
  local copy = {}
  for key, element in next, value do
    copy[key] = element
  end
  local metatable = getmetatable(value)
  if type(metatable) == "table" then setmetatable(copy, metatable) end
  return copy
end

local function mark_elements(type_of_key, value, mark)
  local marked = value
  for key, element in next, value do
    local element_type = type_of_key(key)
    if element_type and element_type.holds_array then
      local replacement = arrays.mark(element_type, element, mark)
      if not rawequal(replacement, element) then
        if rawequal(marked, value) then marked = shallow_copy(value) end
        rawset(marked, key, replacement)
      end
    end
  end
  return marked
end

-- An empty table could be any of the alternatives that are tables; it is an array
-- only where no alternative is a table with keys.
local function mark_union(union, value, mark)
  local is_empty = next(value) == nil
  for _, alternative in ipairs(union.alternatives) do
    local has_keys = alternative.kind == "object" or alternative.kind == "map"
    if is_empty and has_keys then return value end
  end
  for _, alternative in ipairs(union.alternatives) do
    if alternative.holds_array then value = arrays.mark(alternative, value, mark) end
  end
  return value
end

--- `value` with `mark(empty)` in place of every empty table where its type has an array.
---@param value_type table a type of rtk.schema.type
---@param value any
---@param mark fun(empty: table): table
---@return any
function arrays.mark(value_type, value, mark)
  if type(value) ~= "table" or not value_type.holds_array then return value end
  if value_type.kind == "union" then return mark_union(value_type, value, mark) end
  if value_type.kind == "array" and next(value) == nil then
    return is_array(value) and value or mark(value)
  end
  return mark_elements(function(key)
    if value_type.fields then return value_type.fields[key] end
    return value_type.items
  end, value, mark)
end

return arrays
