-- SPDX-License-Identifier: MIT
-- Constructors for field tables, which define the members of a body or a query. A field is { kind,
-- required?, … }; objects also hold their members and the sorted names of them, so that the same
-- mistake out of several is reported every time.
local lists = require("rtk.emulator.util.lists")

local field = {}

local function new(kind, options)
  local definition = { kind = kind }
  for name, value in pairs(options or {}) do
    definition[name] = value
  end
  return definition
end

--- Text. Options: required, one_of (list of allowed values), not_empty.
---@param options? table
---@return table field
function field.string(options)
  return new("string", options)
end

--- An absolute URI. Options: required, schemes (list of allowed ones, in lower case).
---@param options? table
---@return table field
function field.uri(options)
  return new("uri", options)
end

--- An id in the form of a UUID. Options: required.
---@param options? table
---@return table field
function field.uuid(options)
  return new("uuid", options)
end

--- A time in ISO 8601, which a query yields in milliseconds. Options: required, unix (whole seconds
--- since 1970 are good as well).
---@param options? table
---@return table field
function field.time(options)
  return new("time", options)
end

--- A number. Options: required, integer, minimum, maximum.
---@param options? table
---@return table field
function field.number(options)
  return new("number", options)
end

---@param options? table
---@return table field
function field.boolean(options)
  return new("boolean", options)
end

--- Any JSON value.
---@param options? table
---@return table field
function field.any(options)
  return new("any", options)
end

--- An array of one kind of item.
---@param item table
---@param options? table
---@return table field
function field.array(item, options)
  local definition = new("array", options)
  definition.item = item
  return definition
end

--- An object with known members; any other is refused.
---@param members table<string, table>
---@param options? table
---@return table field
function field.object(members, options)
  local definition = new("object", options)
  definition.members, definition.names = members, lists.sorted_keys(members)
  return definition
end

--- An object with any keys and one kind of value.
---@param value table
---@param options? table
---@return table field
function field.map(value, options)
  local definition = new("map", options)
  definition.value = value
  return definition
end

--- A value that one of several fields accepts.
---@param alternatives table[]
---@param options? table
---@return table field
function field.any_of(alternatives, options)
  local definition = new("any_of", options)
  definition.alternatives = alternatives
  return definition
end

--- The members of an object and more, as a new object.
---@param object table
---@param members table<string, table>
---@return table field
function field.extended(object, members)
  local all = {}
  for name, member in pairs(object.members) do
    all[name] = member
  end
  for name, member in pairs(members) do
    all[name] = member
  end
  return field.object(all)
end

--- The page of a list that is asked for; every list takes these.
---@param members? table<string, table> further query names
---@return table field
function field.page_query(members)
  return field.extended(
    field.object({
      page_no = field.number({ integer = true, minimum = 1 }),
      per_page = field.number({ integer = true, minimum = 1 }),
    }),
    members or {}
  )
end

return field
