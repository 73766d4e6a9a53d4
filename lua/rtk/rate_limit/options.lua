-- SPDX-License-Identifier: MIT
-- The options that all limiters take.

local misuse = require("rtk.misuse")
local validate = require("rtk.validate")

---@class rtk.LimiterOptions
---@field quota? integer requests per window until a reply states it; default 1200
---@field window? number seconds of a window until a reply states it; default 300
---@field reserve? number share of the quota kept for calls with priority, 0 to 0.5; default 0.05

local options = {}

local function check_share(name, value)
  misuse.check(name, value, "number")
  if not (value >= 0 and value <= 0.5) then
    misuse.raise(name .. " must be a share of the quota, from 0 to 0.5")
  end
end

-- By name: kind and default.
local common = {
  quota = { "size", 1200 },
  window = { "seconds", 300 },
  reserve = { check_share, 0.05 },
}

--- Checks the options of a limiter and adds the defaults.
---@param what string the public name of the limiter
---@param given? table
---@param extra? table<string, table> rules of further options
---@return table options a new table
function options.read(what, given, extra)
  return validate.with_defaults(what, given, common, extra or {})
end

return options
