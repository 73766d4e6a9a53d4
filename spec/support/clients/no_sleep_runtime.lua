-- SPDX-License-Identifier: MIT
-- A runtime for specs that blocks for replies and does not wait between attempts.

local blocking = require("rtk.runtime.blocking")

local no_sleep_runtime = {}

local function sleep() end

--- Makes the runtime on a transport.
---@param transport table
---@return table runtime
function no_sleep_runtime.new(transport)
  return setmetatable({ sleep = sleep }, { __index = blocking.new(transport) })
end

return no_sleep_runtime
