-- SPDX-License-Identifier: MIT
-- Where the credentials and ids of a call came from: an option, the environment, a default.
-- Messages name that, never the value.

local setting_origin = {}

-- Adds a setting to the others that come from the same place.
local function add(groups, name, from)
  for _, group in ipairs(groups) do
    if group.from == from then
      group.names = group.names .. " and " .. name
      return
    end
  end
  groups[#groups + 1] = { names = name, from = from }
end

--- What a message says about the origin of some settings of a call.
---@param call { scope?: rtk.Scope }
---@param names string[]
---@return string clause such as " (app_id from $REALTIMEKIT_APP_ID)"; "" when nothing is known
function setting_origin.clause(call, names)
  local scope = call.scope
  if not scope then return "" end
  local groups, of_client, parts = {}, scope.channel.settings.origins or {}, {}
  for _, name in ipairs(names) do
    local from = scope.origins and scope.origins[name] or of_client[name]
    if from then add(groups, name, from) end
  end
  for index, group in ipairs(groups) do
    parts[index] = group.names .. " from " .. group.from
  end
  return #parts > 0 and " (" .. table.concat(parts, ", ") .. ")" or ""
end

return setting_origin
