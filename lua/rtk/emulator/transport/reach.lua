-- SPDX-License-Identifier: MIT
-- Whether a request may go where its URL leads. In process nothing is connected: a host that is an
-- address or this machine's name decides.
local lower = require("rtk.emulator.util.text").lower

local reach = {}

local LOOPBACK = { "^127%.", "^localhost$", "^%[::1%]$" }

local PRIVATE = {
  "^0%.",
  "^10%.",
  "^169%.254%.",
  "^172%.1[6-9]%.",
  "^172%.2%d%.",
  "^172%.3[01]%.",
  "^192%.168%.",
  "^%[::",
  "^%[f[cde]",
}

local function matches(host, patterns)
  for _, pattern in ipairs(patterns) do
    if host:find(pattern) then return true end
  end
  return false
end

--- Whether a host is within reach.
---@param limit? "public"|"loopback" of the request; nil for any
---@param authority string of its URL
---@return boolean
function reach.has(limit, authority)
  if not limit then return true end
  local host = lower(authority):gsub("^.*@", ""):gsub(":%d*$", "")
  if matches(host, LOOPBACK) then return limit == "loopback" end
  return not matches(host, PRIVATE)
end

return reach
