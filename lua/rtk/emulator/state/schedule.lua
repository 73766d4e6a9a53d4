-- SPDX-License-Identifier: MIT
-- What will happen at a later time of the emulator's clock: recordings that end, links that
-- expire, deliveries that are tried again. A task is plain data, so that a schedule can be saved:
-- { at = milliseconds, kind = "family.action", ... }; what a kind does is told by the families'
-- `tasks`. Tasks run in the order of their times, equal ones in the order they came.
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

--- Takes out the next task that is due, if any.
---@param now integer milliseconds
---@return table? task
function Schedule:take(now)
  local first = self.tasks[1]
  if not first or first.at > now then return nil end
  return table.remove(self.tasks, 1)
end

--- Forgets the tasks that pass.
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
