-- SPDX-License-Identifier: MIT
-- The types that the schema is written with. A type is a table with a `kind`:
--   string integer number boolean any
--   enum    values, perhaps a name        array, map  items (the type of all elements)
--   union   alternatives, perhaps a name
--   object  name, fields, required, perhaps base
-- and perhaps a `note` for the reader. An enum that is `open` has values beyond those listed. What
-- is `nullable` takes null in a request, and may be absent from a response for that. A string with
-- a `date` is a "moment" or a "day": callers may pass the number of seconds since 1970 in its
-- place.
-- Types are values: a shape that occurs twice is one table used twice, and nothing changes a type
-- after its constructor has returned.
--
-- `integer` is what the reference calls a number but means a count, a length or
-- a size; such a value may still arrive as a float where the Lua has no integers.
-- `holds_array` is true on every type below which an array can occur, so that
-- looking for arrays in a request body skips everything else.

local type_of = {}

type_of.string = { kind = "string" }
type_of.integer = { kind = "integer" }
type_of.number = { kind = "number" }
type_of.boolean = { kind = "boolean" }
type_of.any = { kind = "any" }

type_of.moment = { kind = "string", date = "moment", note = "ISO 8601, or seconds since 1970." }
type_of.day = { kind = "string", date = "day", note = "YYYY-MM-DD, or seconds since 1970." }

-- A string that must never reach a message, an event or a log.
type_of.secret = { kind = "string", secret = true }

-- A string about a person's device or whereabouts that must never reach them either.
type_of.personal = { kind = "string", personal = true }

local function copy(source)
  local target = {}
  for key, value in pairs(source) do
    target[key] = value
  end
  return target
end

--- One of the given strings. Named when the values deserve a name of their own.
---@param values string[]
---@param name string?
---@return table type
function type_of.enum(values, name)
  return { kind = "enum", values = values, name = name }
end

--- One of the given strings, or one that is not known yet.
---@param values string[]
---@param name string?
---@return table type
function type_of.open_enum(values, name)
  return { kind = "enum", values = values, name = name, open = true }
end

--- The same type, which may be null.
---@param source table
---@return table type
function type_of.nullable(source)
  local nullable = copy(source)
  nullable.nullable = true
  return nullable
end

--- A sequence.
---@param items table the type of its elements
---@return table type
function type_of.array(items)
  return { kind = "array", items = items, holds_array = true }
end

--- A table with arbitrary string keys.
---@param items table the type of its values
---@return table type
function type_of.map(items)
  return { kind = "map", items = items, holds_array = items.holds_array }
end

--- Any of the given types. Named when they deserve a name of their own.
---@param alternatives table[]
---@param name string?
---@return table type
function type_of.union(alternatives, name)
  local union = { kind = "union", alternatives = alternatives, name = name }
  for _, alternative in ipairs(alternatives) do
    union.holds_array = union.holds_array or alternative.holds_array
  end
  return union
end

local function add_fields(object, fields, required)
  for name, field in pairs(fields) do
    object.fields[name] = field
    object.required[name] = required
    object.holds_array = object.holds_array or field.holds_array
  end
end

--- A table with known fields.
---@param name string CamelCase; the class is `rtk.<name>`
---@param required table<string, table> fields that are always there
---@param optional table<string, table>? fields that may be absent
---@return table type
function type_of.object(name, required, optional)
  local object = { kind = "object", name = name, fields = {}, required = {} }
  add_fields(object, required, true)
  add_fields(object, optional or {}, nil)
  return object
end

--- All of `base` under another name, with further optional fields.
---@param base table
---@param name string
---@param optional table<string, table>?
---@return table type
function type_of.extend(base, name, optional)
  local object = copy(base)
  object.name, object.base = name, base
  object.fields, object.required = copy(base.fields), copy(base.required)
  add_fields(object, optional or {}, nil)
  return object
end

--- The same object with every field optional, objects in objects included: what
--- PATCH takes. Inner objects are called `<Name>Update`; arrays, maps and unions
--- are replaced whole, so they stay as they are.
---@param object table
---@param name string
---@param made table<table, table>? what this call has made so far, by original fields
---@return table type
function type_of.partial(object, name, made)
  made = made or {}
  if made[object.fields] then return made[object.fields] end
  local fields, changed = {}, next(object.required) ~= nil
  for field_name, field in pairs(object.fields) do
    fields[field_name] = field
    if field.kind == "object" then
      fields[field_name] = type_of.partial(field, field.name .. "Update", made)
      changed = changed or fields[field_name] ~= field
    end
  end
  made[object.fields] = changed and type_of.object(name, {}, fields) or object
  return made[object.fields]
end

--- The same type with a remark for the reader of the generated annotations.
---@param source table
---@param text string
---@return table type
function type_of.note(source, text)
  local noted = copy(source)
  noted.note = text
  return noted
end

return type_of
