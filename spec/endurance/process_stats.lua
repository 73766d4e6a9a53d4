-- SPDX-License-Identifier: MIT
-- Measures what must not grow: Lua's heap after a full collection, the process's memory and its
-- descriptors.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")

local process_stats = {}

local function resident()
  return tonumber(shell.read("/proc/self/status"):match("VmRSS:%s+(%d+) kB"))
end

--- Measures.
---@return { heap: number, resident: number, descriptors: integer } in KiB, and how many
function process_stats.take()
  local descriptors = #shell.lines(("ls /proc/%d/fd"):format(process.pid()))
  -- LuaJIT's compiled code is in its heap, and comes and goes.
  local jit = rawget(_G, "jit")
  if jit then jit.flush() end
  -- Finalizers run in the first; what they kept alive goes in the second.
  collectgarbage("collect")
  collectgarbage("collect")
  return { heap = collectgarbage("count"), resident = resident(), descriptors = descriptors }
end

return process_stats
