-- SPDX-License-Identifier: MIT
-- Leaves out of an object that is sent back what a request does not take: the fields that replies
-- have and the request's body has not, such as id and created_at, at every depth. Fields that no
-- type knows stay, because the API may have added them to both. Tables are read without
-- metamethods and never changed.

local read_only = {}

local strip

-- The type of a field in the first of some object types that has it.
local function field_of(types, name)
  for _, value_type in ipairs(types) do
    local field = value_type.fields and value_type.fields[name]
    if field then return field end
  end
  return nil
end

local function copy_of(value)
  local copy = {}
  for name, field in next, value do
    copy[name] = field
  end
  return setmetatable(copy, getmetatable(value))
end

local function strip_object(reply_types, body_type, value)
  local result = value
  for name, field in next, value do
    local known = field_of(reply_types, name)
    local wanted = body_type.fields[name]
    local sent = field
    if known and wanted then
      sent = strip({ known }, wanted, field)
    elseif known then
      sent = nil
    end
    if not rawequal(sent, field) then
      if rawequal(result, value) then result = copy_of(value) end
      result[name] = sent
    end
  end
  return result
end

local function strip_items(reply_types, body_type, value)
  local items = {}
  for index, value_type in ipairs(reply_types) do
    items[index] = value_type.items
  end
  local result = value
  for key, item in next, value do
    local sent = strip(items, body_type.items, item)
    if not rawequal(sent, item) then
      if rawequal(result, value) then result = copy_of(value) end
      result[key] = sent
    end
  end
  return result
end

function strip(reply_types, body_type, value)
  if type(value) ~= "table" or body_type == reply_types[1] then return value end
  if body_type.kind == "object" then return strip_object(reply_types, body_type, value) end
  if body_type.items then return strip_items(reply_types, body_type, value) end
  return value
end

--- The part of an object that a request takes.
---@param reply_types table[] types that the object may have
---@param body_type table
---@param fields table of the object
---@return table fields the same if the request takes all of them
function read_only.strip(reply_types, body_type, fields)
  return strip(reply_types, body_type, fields)
end

return read_only
