-- SPDX-License-Identifier: MIT
-- Records: what all objects of the API have in common. A record has an id, the times of its
-- creation and last change in milliseconds of the clock, and `fields`, the members that users may
-- write.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local record = {}

--- Creates a record with the next id.
---@param emulator rtk.Emulator
---@param fields table
---@return table record
function record.new(emulator, fields)
  local now = emulator.clock:tick()
  return { id = emulator.ids:uuid(), created = now, updated = now, fields = fields }
end

--- Replaces the fields of a record.
---@param emulator rtk.Emulator
---@param object table
---@param fields table
---@return table record
function record.update(emulator, object, fields)
  object.fields, object.updated = fields, emulator.clock:tick()
  return object
end

--- The record as the API shows it; callers may change the top level of the result.
---@param object table
---@param blank? table a new table with what is shown where the record has nothing else; becomes the
---result
---@return table
function record.view(object, blank)
  local view = blank or { created_at = "", id = "", updated_at = "" }
  for name, value in pairs(object.fields) do
    view[name] = value
  end
  view.id = object.id
  view.created_at, view.updated_at = clock.format(object.created), clock.format(object.updated)
  return view
end

local function merged_member(field, current, value, patch)
  if field.kind ~= "object" then return json.copy(value) end
  local is_kept = type(current) == "table" and patch ~= "replace"
  return record.merge(field, is_kept and current or {}, value)
end

--- Merges a body into fields. Objects with known members merge recursively, unless the option
--- `patch` says "replace"; all other values, arrays and free-form objects among them, are replaced;
--- null removes a member. Changes no argument.
---@param object table the field table that the body has passed
---@param current table
---@param body table
---@param patch? "merge"|"replace"
---@return table
function record.merge(object, current, body, patch)
  local merged = {}
  for name, field in pairs(object.members) do
    local value = body[name]
    if value == nil then
      merged[name] = current[name]
    elseif value ~= json.null then
      merged[name] = merged_member(field, current[name], value, patch)
    end
  end
  return merged
end

return record
