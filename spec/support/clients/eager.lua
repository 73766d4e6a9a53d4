-- SPDX-License-Identifier: MIT
-- A runtime for specs that blocks for replies and does not wait between attempts.

local blocking = require("rtk.runtime.blocking")

local eager = {}

local function sleep() end

--- Makes the runtime on a transport.
---@param transport table
---@return table runtime
function eager.new(transport)
  return setmetatable({ sleep = sleep }, { __index = blocking.new(transport) })
end

return eager
