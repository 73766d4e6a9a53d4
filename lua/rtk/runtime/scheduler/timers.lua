-- SPDX-License-Identifier: MIT
-- The sleeping tasks and their wake-up times. Tasks are referred to weakly.

---@class rtk.Timers
local Timers = {}
Timers.__index = Timers

local timers = {}

--- Creates an empty set of timers.
---@return rtk.Timers
function timers.new()
  return setmetatable({ _wake_times = setmetatable({}, { __mode = "k" }) }, Timers)
end

--- Adds a sleeping task.
---@param task rtk.SchedulerTask
---@param wake_time number seconds on the clock of core.now
function Timers:add(task, wake_time)
  self._wake_times[task] = wake_time
end

--- Removes a task if it sleeps.
---@param task rtk.SchedulerTask
function Timers:remove(task)
  self._wake_times[task] = nil
end

--- Whether no task sleeps.
---@return boolean
function Timers:is_empty()
  return next(self._wake_times) == nil
end

--- The earliest wake-up time.
---@param deadline? number another time, which may be earlier
---@return number? time
function Timers:earliest(deadline)
  local earliest = deadline
  for _, wake_time in pairs(self._wake_times) do
    if not earliest or wake_time < earliest then earliest = wake_time end
  end
  return earliest
end

--- Removes the tasks whose wake-up time has come.
---@param now number
---@return rtk.SchedulerTask[] tasks in the order of their wake-up times
function Timers:take_due(now)
  local wake_times, due = {}, {}
  for task, wake_time in pairs(self._wake_times) do
    if wake_time <= now then
      due[#due + 1] = task
      wake_times[task] = wake_time
      self._wake_times[task] = nil
    end
  end
  table.sort(due, function(a, b)
    return wake_times[a] < wake_times[b]
  end)
  return due
end

return timers
