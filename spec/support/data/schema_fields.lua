-- SPDX-License-Identifier: MIT
-- The schema as flat lists, for specs that compare it with something else. A path is
-- written as in spec/fixtures/reference_fields.lua; an entry says which types and
-- which enum values are possible there and whether the field is always present, and
-- remembers the object type it is a field of.

local schema = require("rtk.schema")

local schema_fields = {}

-- "null" stands beside the types of a field that may be null.
local plain_names = { integer = "number", any = "unknown", enum = "string" }

local function entry_at(entries, path)
  entries[path] = entries[path] or { types = {}, values = {} }
  return entries[path]
end

local add

-- A field of several alternatives is always present if it is in all of them.
local function add_fields(entries, path, object)
  for name, field in pairs(object.fields) do
    local field_path = path == "" and name or path .. "." .. name
    add(entries, field_path, field)
    local entry = entries[field_path]
    entry.required = entry.required ~= false and object.required[name] or false
    entry.object, entry.name = object, name
  end
end

function add(entries, path, field)
  if field.kind == "union" then
    for _, alternative in ipairs(field.alternatives) do
      add(entries, path, alternative)
    end
    if field.nullable then entry_at(entries, path).types.null = true end
    return
  end
  local entry = entry_at(entries, path)
  if field.nullable then entry.types.null = true end
  entry.personal = field.personal or (field.items and field.items.personal)
  entry.types[plain_names[field.kind] or field.kind] = true
  for _, value in ipairs(field.values or {}) do
    entry.values[value] = true
  end
  if field.kind == "object" then add_fields(entries, path, field) end
  if field.kind == "array" then add(entries, path .. "[]", field.items) end
  if field.kind == "map" then add(entries, path .. "{}", field.items) end
end

--- The query or the body of an operation as { [path] = entry }.
---@param part "query"|"body"
function schema_fields.of_request(operation, part)
  local entries = {}
  if operation[part] then add_fields(entries, "", operation[part]) end
  return entries
end

--- The answer of an operation as { [path] = entry }, envelope included.
function schema_fields.of_reply(operation)
  local entries = {}
  if not operation.reply then return entries end
  entry_at(entries, "success").types.boolean = true
  if operation.wrapper then entry_at(entries, "data").types.object = true end
  add(entries, operation.wrapper and "data." .. operation.wrapper or "data", operation.reply)
  if operation.paging then
    local path = operation.paging == "data" and "data.paging" or "paging"
    add(entries, path, require("rtk.schema.paging").Paging)
  end
  return entries
end

--- The field names of every object type in an answer: { [class name] = { [field] = true } }.
function schema_fields.reply_classes()
  local classes, seen = {}, {}
  for _, key in ipairs(schema.keys()) do
    local operation = schema.operation(key:match("^(%S+) (.+)$"))
    schema.each_object(operation.reply, function(object)
      classes[object.name] = classes[object.name] or {}
      for name in pairs(object.fields) do
        classes[object.name][name] = true
      end
    end, seen)
  end
  return classes
end

return schema_fields
