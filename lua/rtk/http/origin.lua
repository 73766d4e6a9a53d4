-- SPDX-License-Identifier: MIT
-- Where the credentials and ids of a call came from: an option, the environment, a default.
-- Messages name that, never the value.

local origin = {}

--- What a message says about the origin of some settings of a call.
---@param call { scope?: rtk.Scope }
---@param names string[]
---@return string clause such as " (app_id from $REALTIMEKIT_APP_ID)"; "" when nothing is known
function origin.clause(call, names)
  local scope = call.scope
  if not scope then return "" end
  local parts, of_client = {}, scope.channel.settings.origins or {}
  for _, name in ipairs(names) do
    local from = scope.origins and scope.origins[name] or of_client[name]
    if from then parts[#parts + 1] = ("%s from %s"):format(name, from) end
  end
  return #parts > 0 and " (" .. table.concat(parts, ", ") .. ")" or ""
end

return origin
