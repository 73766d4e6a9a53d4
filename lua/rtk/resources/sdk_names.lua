-- SPDX-License-Identifier: MIT
-- Names ours for a method that is called by its name in Cloudflare's SDK or schema, in camel or
-- snake case.

local core = require("rtk.core")

local sdk_names = {}

local function fold(name)
  return (core.lower(name):gsub("_", ""))
end

local function ours_for(names, name)
  for theirs, ours in pairs(names) do
    if fold(theirs) == fold(name) then return ours end
  end
  return nil
end

--- The end of a message about a method that a resource does not have.
---@param class table of rtk.resources.class
---@param name string
---@return string? clause nil for a name that is not Cloudflare's
function sdk_names.clause(class, name)
  local ours = ours_for(class._official, name)
  if ours then return ('; the official SDK\'s "%s" is "%s" here'):format(name, ours) end
  ours = ours_for(class._operation_ids, name)
  return ours and ('; Cloudflare\'s operation "%s" is "%s" here'):format(name, ours)
end

return sdk_names
