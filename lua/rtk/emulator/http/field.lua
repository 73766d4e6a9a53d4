-- SPDX-License-Identifier: MIT
-- The vocabulary in which the field tables (fields/) say what a body or a query may contain.
-- A field is { kind, required?, … }; objects also hold their members and the sorted names of them,
-- so that of several mistakes the same one is reported every time.
local sorted_keys = require("rtk.emulator.util.sorted_keys")

local M = {}

local function new(kind, options)
  local field = { kind = kind }
  for name, value in pairs(options or {}) do
    field[name] = value
  end
  return field
end

--- Text. Options: required, one_of (list of allowed values), not_empty.
---@param options? table
---@return table field
function M.string(options)
  return new("string", options)
end

--- An absolute URI. Options: required, schemes (list of allowed ones, in lower case).
---@param options? table
---@return table field
function M.uri(options)
  return new("uri", options)
end

--- An id in the form of a UUID. Options: required.
---@param options? table
---@return table field
function M.uuid(options)
  return new("uuid", options)
end

--- A time in ISO 8601, which a query yields in milliseconds. Options: required, unix (whole seconds
--- since 1970 are good as well).
---@param options? table
---@return table field
function M.time(options)
  return new("time", options)
end

--- A number. Options: required, integer, minimum, maximum.
---@param options? table
---@return table field
function M.number(options)
  return new("number", options)
end

---@param options? table
---@return table field
function M.boolean(options)
  return new("boolean", options)
end

--- Any JSON value.
---@param options? table
---@return table field
function M.any(options)
  return new("any", options)
end

--- An array of one kind of item.
---@param item table
---@param options? table
---@return table field
function M.array(item, options)
  local field = new("array", options)
  field.item = item
  return field
end

--- An object with known members; any other is refused.
---@param members table<string, table>
---@param options? table
---@return table field
function M.object(members, options)
  local field = new("object", options)
  field.members, field.names = members, sorted_keys(members)
  return field
end

--- An object with any keys and one kind of value.
---@param value table
---@param options? table
---@return table field
function M.map(value, options)
  local field = new("map", options)
  field.value = value
  return field
end

--- A value that one of several fields accepts.
---@param alternatives table[]
---@param options? table
---@return table field
function M.any_of(alternatives, options)
  local field = new("any_of", options)
  field.alternatives = alternatives
  return field
end

--- The members of an object and more, as a new object.
---@param object table
---@param members table<string, table>
---@return table field
function M.extended(object, members)
  local all = {}
  for name, field in pairs(object.members) do
    all[name] = field
  end
  for name, field in pairs(members) do
    all[name] = field
  end
  return M.object(all)
end

--- The page of a list that is asked for; every list takes these.
---@param members? table<string, table> further query names
---@return table field
function M.page_query(members)
  return M.extended(
    M.object({
      page_no = M.number({ integer = true, minimum = 1 }),
      per_page = M.number({ integer = true, minimum = 1 }),
    }),
    members or {}
  )
end

return M
