-- SPDX-License-Identifier: MIT
-- Compares a value decoded by rtk with one decoded by lua-cjson. Two differences are expected:
-- cjson makes integers floats, and rtk leaves out nulls in objects.

local cjson = require("cjson")

--- Compares two decoded values.
---@param ours any
---@param theirs any
---@return boolean
local function agrees(ours, theirs)
  if type(theirs) ~= "table" then
    return ours == theirs or (type(ours) == "number" and ours + 0.0 == theirs)
  end
  if type(ours) ~= "table" then return false end
  for key, value in pairs(theirs) do
    local mine = ours[key]
    if mine ~= nil then
      if not agrees(mine, value) then return false end
    elseif value ~= cjson.null then
      return false
    end
  end
  for key in pairs(ours) do
    if theirs[key] == nil then return false end
  end
  return true
end

return agrees
