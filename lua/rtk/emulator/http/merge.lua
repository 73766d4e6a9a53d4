-- SPDX-License-Identifier: MIT
-- Puts the members of a body into an object, following the field table: objects with known
-- members merge, everything else (arrays and free-form values too) is replaced as a whole, and a
-- null takes the member away. Neither argument is changed.
local json = require("rtk.emulator.util.json")

local merge

local function merged_member(field, current, value)
  if field.kind ~= "object" then return json.copy(value) end
  return merge(field, type(current) == "table" and current or {}, value)
end

--- The current members with those of the body put in.
---@param object table the field table that the body has passed
---@param current table
---@param body table
---@return table
merge = function(object, current, body)
  local merged = {}
  for name, field in pairs(object.members) do
    local value = body[name]
    if value == nil then
      merged[name] = current[name]
    elseif value ~= json.null then
      merged[name] = merged_member(field, current[name], value)
    end
  end
  return merged
end

return merge
