-- SPDX-License-Identifier: MIT
-- Reads the tables that callers pass, also through metatables.
--
-- Plain tables are used unchanged. A table with a __pairs, such as a read-only proxy, is read
-- through it, on LuaJIT as well. A table that has data only behind __index cannot be read, so
-- it raises: its fields would be lost silently.

local core = require("rtk.core")
local misuse = require("rtk.misuse")

local input_table = {}

local DEEPEST = 512 -- nested tables, as in JSON

-- The kind of a table, as core.table_kind returns it, and its __pairs.
local function kind_of(what, value)
  if getmetatable(value) == nil then return "plain" end
  local kind, metamethod = core.table_kind(value)
  if kind == "hidden" then
    misuse.raise(what .. " keeps fields behind its metatable's __index: pass a plain table")
  end
  return kind, metamethod
end

--- Whether next shows all fields of a table.
---@param value table
---@return boolean
function input_table.is(value)
  if getmetatable(value) == nil then return true end
  local kind = core.table_kind(value)
  return kind == "plain" or kind == "array"
end

local function each_field(metamethod, value)
  if metamethod then return metamethod(value) end
  return next, value, nil
end

--- Iterates over all fields of a table, like pairs of Lua 5.4 on every Lua.
---@param what string the table, as users know it
---@param value table
---@return function iterator, table value, any first
function input_table.pairs(what, value)
  local _, metamethod = kind_of(what, value)
  return each_field(metamethod, value)
end

-- A copy is an array if the metatable of its original says so.
local function marked_like(value, copy)
  local metatable = getmetatable(value)
  local is_array = type(metatable) == "table" and rawget(metatable, "__jsontype") == "array"
  return is_array and setmetatable(copy, core.array_metatable) or copy
end

local function copy_fields(metamethod, value)
  local copy = marked_like(value, {})
  for name, field in each_field(metamethod, value) do
    copy[name] = field
  end
  return copy
end

--- A table whose fields next shows; tables in it are not read.
---@param what string the table, as users know it
---@param value any
---@return any value the same, or a copy if it has a __pairs
function input_table.shallow(what, value)
  if type(value) ~= "table" then return value end
  local _, metamethod = kind_of(what, value)
  return metamethod and copy_fields(metamethod, value) or value
end

--- A copy of a table that is read later, when the program may have changed its own; tables in it
--- are not read.
---@param what string the table, as users know it
---@param value any
---@return any copy the same, if it is no table
function input_table.copy(what, value)
  if type(value) ~= "table" then return value end
  local _, metamethod = kind_of(what, value)
  return copy_fields(metamethod, value)
end

local function place(what, name)
  if type(name) == "string" then return what .. "." .. name end
  local index = type(name) == "number" and core.number_text(name, 14) or tostring(name)
  return what .. "[" .. index .. "]"
end

local read

-- The copies of tables in a table that cannot be used unchanged, by name; nil for none.
local function replacements_in(what, value, known, depth)
  local found
  for name, field in next, value do
    if type(field) == "table" then
      local replacement = read(place(what, name), field, known, depth + 1)
      if not rawequal(replacement, field) then
        found = found or {}
        found[name] = replacement
      end
    end
  end
  return found
end

-- `known` maps tables to what they were read as, so cycles end, and are cycles in the copy.
function read(what, value, known, depth)
  if known[value] then return known[value] end
  if depth > DEEPEST then misuse.raise(what:sub(1, 60) .. "... is nested too deeply (a cycle?)") end
  local _, metamethod = kind_of(what, value)
  local result = metamethod and copy_fields(metamethod, value) or value
  known[value] = result
  local replacements = replacements_in(what, result, known, depth)
  if not replacements then return result end
  if rawequal(result, value) then result = copy_fields(nil, value) end
  known[value] = result
  for name, replacement in next, replacements do
    result[name] = replacement
  end
  return result
end

--- A table that next shows all fields of, and so all tables in it.
---@param what string the table, as users know it
---@param value any
---@return any value the same, or a copy if a table in it has a __pairs
function input_table.deep(what, value)
  if type(value) ~= "table" then return value end
  return read(what, value, {}, 1)
end

return input_table
