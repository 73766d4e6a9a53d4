-- SPDX-License-Identifier: MIT
-- The methods that a path answers, as Allow and CORS name them.
local methods = {}

local ALL = { "GET", "POST", "PUT", "PATCH", "DELETE" }

--- Those that are accepted; where GET is one, HEAD is too.
---@param accepts fun(method: string): any
---@return string[] accepted
function methods.accepted(accepts)
  local accepted = {}
  for _, method in ipairs(ALL) do
    if accepts(method) then
      accepted[#accepted + 1] = method
      if method == "GET" then accepted[#accepted + 1] = "HEAD" end
    end
  end
  return accepted
end

return methods
