-- SPDX-License-Identifier: MIT
-- Whether the running code may wait without blocking nginx, and for how long. It asks nginx by
-- waiting for a semaphore, as calls do, so it is right for every version and its phases.

local core = require("rtk.core")
local semaphore = require("ngx.semaphore")

local ngx = package.loaded.ngx

local phase = {
  LONGEST_WAIT = 2000000, -- seconds; nginx's limit in milliseconds is a little higher
}

local probe = assert(semaphore.new(0))

local function can_wait()
  -- Raises where there is no request, as in init_by_lua.
  local ok, _, message = pcall(probe.wait, probe, 0)
  return ok and message == "timeout"
end

--- Where the running code is, when it cannot wait there.
---@return string? place such as "in the phase log"
function phase.blocked_place()
  if not can_wait() then return "in the phase " .. ngx.get_phase() end
  if not core.yieldable() then return "below a C function such as require or table.sort" end
  return nil
end

--- Why a call cannot wait here; nil when it can.
---@return string? reason names the place and the way out
function phase.blocked_reason()
  local place = phase.blocked_place()
  if not place then return nil end
  return (
    "nginx cannot wait for an answer %s; make the call in ngx.timer.at(0, f), "
    .. "or give the client the option allow_blocking = true"
  ):format(place)
end

return phase
