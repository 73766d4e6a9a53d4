-- SPDX-License-Identifier: MIT
-- Makes lua/rtk/types.lua, the annotations that editors read, from the schema:
--   lua5.4 spec/support/programs/generate_types.lua lua/rtk/types.lua
-- Classes are called rtk.<Name> after the schema's objects, which follow one scheme:
--   <Object>                        what an operation answers: Meeting, SessionParticipant
--   <Object>Create Update Replace   body of POST, PATCH, PUT
--   <Object>Start, <Verb>           body of an action: RecordingStart, Kick
--   <Objects>Query, <Object>Query   query of a list, of a single object
-- An enum with a name becomes an alias, without one it is written out. The output
-- depends on nothing but the schema: classes and fields are sorted, required first.

local schema = require("rtk.schema")

local head = [[
-- SPDX-License-Identifier: MIT
-- Types of all request and reply fields, for editors. Made from rtk/schema by
-- `make types`; never loaded. The classes of objects with methods are continued in
-- rtk/resources. Numbers that count something are typed integer; they are floats
-- where the Lua has no integers. Unknown fields may be sent and received as well.

---@meta
]]

local annotation

local function literals(values)
  local quoted = {}
  for index, value in ipairs(values) do
    quoted[index] = '"' .. value .. '"'
  end
  return table.concat(quoted, "|")
end

local function in_parentheses(text)
  return text:find("|", 1, true) and "(" .. text .. ")" or text
end

local writers = {
  enum = function(field)
    if field.name then return "rtk." .. field.name end
    return literals(field.values) .. (field.open and "|string" or "")
  end,
  array = function(field)
    return in_parentheses(annotation(field.items)) .. "[]"
  end,
  map = function(field)
    return "table<string, " .. annotation(field.items) .. ">"
  end,
  union = function(field)
    if field.name then return "rtk." .. field.name end
    local alternatives = {}
    for index, alternative in ipairs(field.alternatives) do
      alternatives[index] = annotation(alternative)
    end
    return table.concat(alternatives, "|")
  end,
  object = function(field)
    return "rtk." .. field.name
  end,
}

function annotation(field)
  if field.date then return "string|number" end
  local write = writers[field.kind]
  return write and write(field) or field.kind
end

local function sorted_field_names(object)
  local names = {}
  for name, field in pairs(object.fields) do
    if not (object.base and object.base.fields[name] == field) then names[#names + 1] = name end
  end
  table.sort(names, function(a, b)
    local is_required_a, is_required_b = object.required[a], object.required[b]
    if is_required_a ~= is_required_b then return is_required_a == true end
    return a < b
  end)
  return names
end

-- Words that would be read as the visibility of a field without a name.
local visibility = { private = true, protected = true, public = true, package = true }

-- A name that is no plain identifier is written as a literal key.
local function field_line(object, name, is_sent)
  local field, is_optional = object.fields[name], not object.required[name]
  local note = field.note and " # " .. field.note or ""
  local type_text = annotation(field)
  if is_sent and field.nullable then type_text = type_text .. "|rtk.Null" end
  if name:find("^[%a_][%w_]*$") and not visibility[name] then
    return ("---@field %s%s %s%s"):format(name, is_optional and "?" or "", type_text, note)
  end
  if is_optional then type_text = in_parentheses(type_text) .. "?" end
  return ('---@field ["%s"] %s%s'):format(name, type_text, note)
end

local function class_lines(object, used_by, is_sent)
  local base = object.base and ": rtk." .. object.base.name or ""
  local lines = {}
  if used_by then lines[1] = "--- " .. used_by .. "." end
  lines[#lines + 1] = "---@class rtk." .. object.name .. base
  for _, name in ipairs(sorted_field_names(object)) do
    lines[#lines + 1] = field_line(object, name, is_sent)
  end
  return lines
end

local function alias_lines(enum)
  local lines = { "---@alias rtk." .. enum.name }
  for _, value in ipairs(enum.values or {}) do
    lines[#lines + 1] = '---| "' .. value .. '"'
  end
  for _, alternative in ipairs(enum.alternatives or {}) do
    lines[#lines + 1] = "---| " .. annotation(alternative)
  end
  if enum.open then lines[#lines + 1] = "---| string" end
  return lines
end

local function collect_aliases(blocks, field)
  local is_alias = field.kind == "enum" or field.kind == "union"
  if is_alias and field.name then blocks[field.name] = alias_lines(field) end
  for _, inner in ipairs(field.alternatives or { field.items }) do
    collect_aliases(blocks, inner)
  end
end

local function collect(blocks, part_type, used_by, is_sent)
  schema.each_object(part_type, function(object)
    local description = object == part_type and used_by or nil
    blocks[object.name] = blocks[object.name] or class_lines(object, description, is_sent)
    if object.base then collect(blocks, object.base, nil, is_sent) end
    for _, field in pairs(object.fields) do
      collect_aliases(blocks, field)
    end
  end)
end

--- The text of lua/rtk/types.lua.
---@return string
local function generate()
  local blocks, names, texts = {}, {}, { head }
  blocks.Null = { "--- A JSON null to send: rtk.null.", "---@alias rtk.Null", "---| lightuserdata" }
  -- What is sent comes first: only there a field may be rtk.null.
  for _, key in ipairs(schema.keys()) do
    local operation = schema.operation(key:match("^(%S+) (.+)$"))
    if operation.query then collect(blocks, operation.query, "Query of " .. key) end
    if operation.body then collect(blocks, operation.body, "Body of " .. key, true) end
  end
  for _, key in ipairs(schema.keys()) do
    collect(blocks, schema.operation(key:match("^(%S+) (.+)$")).reply)
  end
  collect(blocks, require("rtk.schema.paging").Paging)
  for name in pairs(blocks) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    texts[index + 1] = table.concat(blocks[name], "\n") .. "\n"
  end
  return table.concat(texts, "\n")
end

if arg and arg[0] and arg[0]:find("generate_types%.lua$") then
  local file = assert(io.open(arg[1], "w"))
  assert(file:write(generate()))
  assert(file:close())
end

return { generate = generate }
