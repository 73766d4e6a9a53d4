-- SPDX-License-Identifier: MIT
-- Tasks for a later time of the clock: recordings that end, deliveries that are retried. A task is
-- plain data, so that snapshots can contain it: { at = milliseconds, kind = "family.action", … }.
-- The `tasks` of the families define what each kind does. Tasks run in order of time, equal times
-- in order of addition.
local Schedule = { __name = "rtk.emulator.state.schedule" }
Schedule.__index = Schedule

--- Plans a task.
---@param task { at: integer, kind: string }
---@return table task
function Schedule:add(task)
  local place = #self.tasks + 1
  while place > 1 and self.tasks[place - 1].at > task.at do
    place = place - 1
  end
  table.insert(self.tasks, place, task)
  return task
end

--- Removes and returns the next due task, if any.
---@param now integer milliseconds
---@return table? task
function Schedule:take(now)
  local first = self.tasks[1]
  if not first or first.at > now then return nil end
  return table.remove(self.tasks, 1)
end

--- Removes the tasks that pass.
---@param passes fun(task: table): boolean
function Schedule:cancel(passes)
  local kept = {}
  for _, task in ipairs(self.tasks) do
    if not passes(task) then kept[#kept + 1] = task end
  end
  self.tasks = kept
end

local function new()
  return setmetatable({ tasks = {} }, Schedule)
end

return { new = new }
