-- SPDX-License-Identifier: MIT
-- Sends signals that only interrupt, for specs of waits.

local process = require("spec_process")

local signals = {}

--- Calls f while a signal comes every 20 ms.
---@param f function
---@return any ... what f returns
function signals.during(f)
  local function finish(ok, ...)
    process.alarm(0)
    assert(ok, ...)
    return ...
  end
  process.alarm(0.02)
  return finish(pcall(f))
end

return signals
