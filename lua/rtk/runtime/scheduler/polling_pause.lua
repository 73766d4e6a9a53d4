-- SPDX-License-Identifier: MIT
-- The pauses of a caller that looks again and again: short at first, and growing while nothing
-- happens.

local core = require("rtk.core")

---@class rtk.PollingPause
local Pause = {}
Pause.__index = Pause

local polling_pause = {}

-- Seconds. While calls are in flight a pause is what their results may be late by.
local SHORTEST, LONGEST_WITH_CALLS, LONGEST = 0.001, 0.008, 0.25

-- Seconds that a caller may go on without a pause.
local LONGEST_RUN = 0.01

--- Begins with the shortest pause.
---@return rtk.PollingPause
function polling_pause.new()
  return setmetatable({ _seconds = SHORTEST, _due_at = core.now() + LONGEST_RUN }, Pause)
end

--- Something happened: the next pause is the shortest.
function Pause:reset()
  self._seconds = SHORTEST
end

--- Whether the last pause was too long ago.
---@return boolean
function Pause:is_due()
  return core.now() >= self._due_at
end

--- How long the next pause is.
---@param has_calls boolean whether results may come
---@param wake_time? number when to look at the latest, on the clock of core.now
---@return number seconds
function Pause:next(has_calls, wake_time)
  local seconds = math.min(self._seconds, has_calls and LONGEST_WITH_CALLS or LONGEST)
  if wake_time then seconds = math.min(seconds, wake_time - core.now()) end
  self._seconds = math.min(self._seconds * 2, LONGEST)
  return math.max(SHORTEST, seconds)
end

--- A pause is over.
function Pause:note_sleep()
  self._due_at = core.now() + LONGEST_RUN
end

return polling_pause
