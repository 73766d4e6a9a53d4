-- SPDX-License-Identifier: MIT
-- The tasks that are ready to run, in the order in which they became ready. The queue refers to
-- tasks weakly, and skips those that were collected or have ended meanwhile (by a cancel).

---@class rtk.RunQueue
local RunQueue = {}
RunQueue.__index = RunQueue

local run_queue = {}

--- Creates an empty queue.
---@return rtk.RunQueue
function run_queue.new()
  local tasks = setmetatable({}, { __mode = "v" })
  return setmetatable({ _tasks = tasks, _first = 1, _last = 0 }, RunQueue)
end

--- Appends a task.
---@param task rtk.SchedulerTask
---@return integer position
function RunQueue:put(task)
  self._last = self._last + 1
  self._tasks[self._last] = task
  return self._last
end

--- The position of the last task.
---@return integer position
function RunQueue:last()
  return self._last
end

--- Whether every task was taken or skipped.
---@return boolean
function RunQueue:is_empty()
  return self._first > self._last
end

--- Finds the first task, up to a position, that `accepts` accepts.
---@param last integer position
---@param accepts fun(task: rtk.SchedulerTask, a: any, b: any): boolean
---@param a any passed to accepts
---@param b any passed to accepts
---@return rtk.SchedulerTask? task
---@return integer? position
function RunQueue:find(last, accepts, a, b)
  local tasks = self._tasks
  for position = self._first, last do
    local task = tasks[position]
    if not task or task.is_done then
      tasks[position] = nil
      if position == self._first then self._first = position + 1 end
    elseif accepts(task, a, b) then
      return task, position
    end
  end
  return nil
end

--- Removes the task that find returns.
---@param last integer position
---@param accepts fun(task: rtk.SchedulerTask, a: any, b: any): boolean
---@param a any passed to accepts
---@param b any passed to accepts
---@return rtk.SchedulerTask? task
function RunQueue:take(last, accepts, a, b)
  local task, position = self:find(last, accepts, a, b)
  if position then
    self._tasks[position] = nil
    if position == self._first then self._first = position + 1 end
  end
  return task
end

return run_queue
