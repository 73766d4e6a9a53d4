-- SPDX-License-Identifier: MIT
-- Whether the code that runs now may wait without blocking nginx, and how long.
--
-- A semaphore is asked, because waiting for one is what calls do: so it is
-- nginx that decides, whatever phases its version knows.

local core = require("rtk.core")
local semaphore = require("ngx.semaphore")

local phase = {
  -- Seconds. What nginx takes, in milliseconds, is a little more.
  LONGEST_WAIT = 2000000,
}

local probe = assert(semaphore.new(0))

local function may_wait()
  -- It raises where there is no request, as in init_by_lua.
  local ok, _, answer = pcall(probe.wait, probe, 0)
  return ok and answer == "timeout"
end

--- Why a call cannot wait here, or nil when it can.
---@return string? reason which names the place and the way out
function phase.refusal()
  local where
  if not may_wait() then
    where = "in the phase " .. ngx.get_phase()
  elseif not core.yieldable() then
    where = "below a C function such as require or table.sort"
  else
    return nil
  end
  return (
    "nginx cannot wait for an answer %s; make the call in ngx.timer.at(0, f), "
    .. "or give the client the option allow_blocking = true"
  ):format(where)
end

return phase
