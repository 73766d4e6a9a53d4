-- SPDX-License-Identifier: MIT
-- Tasks in the order in which they became ready to go on.
--
-- They are held weakly: one that was abandoned is left out when it was
-- collected. So are those that are done by now, because they were cancelled.

local Queue = {}
Queue.__index = Queue

local queue = {}

--- Makes an empty queue.
---@return table queue
function queue.new()
  return setmetatable({ _tasks = setmetatable({}, { __mode = "v" }), _first = 1, _last = 0 }, Queue)
end

--- Puts a task at the end.
---@param task table
---@return integer place
function Queue:put(task)
  self._last = self._last + 1
  self._tasks[self._last] = task
  return self._last
end

--- The place of the last task that was put in.
---@return integer place
function Queue:last()
  return self._last
end

--- Whether no task was put in that has not been taken out or passed over.
---@return boolean
function Queue:is_empty()
  return self._first > self._last
end

--- The first task, up to a place, that is accepted.
---@param last integer place
---@param accepts fun(task: table, a: any, b: any): boolean
---@param a any passed on
---@param b any passed on
---@return table? task
---@return integer? place
function Queue:find(last, accepts, a, b)
  local tasks = self._tasks
  for place = self._first, last do
    local task = tasks[place]
    if not task or task.is_done then
      tasks[place] = nil
      if place == self._first then self._first = place + 1 end
    elseif accepts(task, a, b) then
      return task, place
    end
  end
  return nil
end

--- Takes out what find would find.
---@param last integer place
---@param accepts fun(task: table, a: any, b: any): boolean
---@param a any passed on
---@param b any passed on
---@return table? task
function Queue:take(last, accepts, a, b)
  local task, place = self:find(last, accepts, a, b)
  if place then
    self._tasks[place] = nil
    if place == self._first then self._first = place + 1 end
  end
  return task
end

return queue
