-- SPDX-License-Identifier: MIT
-- Reads the peak memory of this process from Linux.

local workdir = require("spec.support.servers.workdir")

local memory = {}

local function field(name)
  local status = workdir.read("/proc/self/status")
  return tonumber(status:match(name .. ":%s*(%d+) kB")) * 1024
end

--- Forgets the peak so far.
---@return number bytes in use
function memory.start()
  workdir.write("/proc/self/clear_refs", "5")
  return field("VmRSS")
end

--- The most there was since the start.
---@return number bytes
function memory.peak()
  return field("VmHWM")
end

return memory
