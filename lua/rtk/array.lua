-- SPDX-License-Identifier: MIT
-- Arrays that stay JSON arrays when they are empty.
--
-- An array is a plain sequence whose metatable says __jsontype = "array".
-- Decoded arrays share a metatable from rtk.core; a page has its own.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local input_table = require("rtk.input_table")

local array = {}

--- Marks `items` (by default a new table) as an array.
---@generic T
---@param items? T[]
---@return T[] items the same table, or a copy if it has a __pairs
function array.new(items)
  if items == nil then return setmetatable({}, core.array_metatable) end
  misuse.check("what rtk.array marks", items, "table")
  return setmetatable(input_table.shallow("what rtk.array marks", items), core.array_metatable)
end

--- Whether a value is encoded as an array: a marked table or a non-empty sequence.
---@param value any
---@return boolean
function array.is(value)
  if type(value) ~= "table" then return false end
  local metatable = getmetatable(value)
  if type(metatable) == "table" and rawget(metatable, "__jsontype") == "array" then return true end
  return rawget(value, 1) ~= nil
end

return array
