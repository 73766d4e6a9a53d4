-- SPDX-License-Identifier: MIT
-- Measures this process: Lua's heap after a full collection, resident memory and its peak, and
-- descriptors.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local process_stats = {}

-- A field of Linux's status of this process, in KiB.
local function status_field(name)
  return tonumber(shell.read("/proc/self/status"):match(name .. ":%s+(%d+) kB"))
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
  return {
    heap = collectgarbage("count"),
    resident = status_field("VmRSS"),
    descriptors = descriptors,
  }
end

--- Resets the peak of the memory in use.
---@return number bytes in use
function process_stats.reset_peak()
  workdir.write("/proc/self/clear_refs", "5")
  return status_field("VmRSS") * 1024
end

--- The peak of the memory in use since the last reset.
---@return number bytes
function process_stats.peak()
  return status_field("VmHWM") * 1024
end

return process_stats
