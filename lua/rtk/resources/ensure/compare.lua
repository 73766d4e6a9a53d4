-- SPDX-License-Identifier: MIT
-- Compares what is there with what is asked for: fields that nobody asked for do not count.

local core = require("rtk.core")
local input_table = require("rtk.input_table")

local compare = {}

local has

local function is_array(value)
  if #value > 0 then return true end
  local metatable = getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__jsontype") == "array"
end

local function has_items(value, wanted)
  if #value ~= #wanted then return false end
  for index = 1, #wanted do
    if not has(value[index], wanted[index]) then return false end
  end
  return true
end

function has(value, wanted)
  if wanted == core.null then return value == nil or value == core.null end
  if type(value) ~= "table" or type(wanted) ~= "table" then return value == wanted end
  if is_array(wanted) or is_array(value) then return has_items(value, wanted) end
  return compare.differences(value, wanted) == nil
end

--- The fields, of those that are asked for, in which a table differs.
---@param value table
---@param wanted table
---@return table? fields of the wanted ones; nil when there are none
function compare.differences(value, wanted)
  local changed
  for name, field in input_table.pairs("body", wanted) do
    if not has(value[name], field) then
      changed = changed or {}
      changed[name] = field
    end
  end
  return changed
end

--- What is there with what is asked for in its place, at every depth; arrays as a whole.
---@param value any
---@param wanted any
---@return any merged new tables
function compare.merge(value, wanted)
  if type(wanted) ~= "table" then return wanted == nil and value or wanted end
  if is_array(wanted) or type(value) == "table" and is_array(value) then return wanted end
  local merged = {}
  for name, field in pairs(type(value) == "table" and value or {}) do
    merged[name] = field
  end
  for name, field in input_table.pairs("body", wanted) do
    merged[name] = compare.merge(merged[name], field)
  end
  return merged
end

--- What to send so that fields change: whole parts, because nobody knows whether a PATCH keeps
--- what a part does not name.
---@param current table what is there, as far as a request takes it
---@param changed table the fields to change
---@return table sent
function compare.whole_parts(current, changed)
  local sent = {}
  for name, value in pairs(changed) do
    sent[name] = compare.merge(current[name], value)
  end
  return sent
end

return compare
