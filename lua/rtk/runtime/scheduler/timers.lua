-- SPDX-License-Identifier: MIT
-- Tasks that sleep, and until when. They are held weakly, like all tasks.

local Sleepers = {}
Sleepers.__index = Sleepers

local sleepers = {}

--- Makes an empty set of sleepers.
---@return table sleepers
function sleepers.new()
  return setmetatable({ _moments = setmetatable({}, { __mode = "k" }) }, Sleepers)
end

--- Lets a task sleep.
---@param task table
---@param moment number seconds
function Sleepers:add(task, moment)
  self._moments[task] = moment
end

--- Forgets a task, if it sleeps.
---@param task table
function Sleepers:remove(task)
  self._moments[task] = nil
end

--- Whether nobody sleeps.
---@return boolean
function Sleepers:is_empty()
  return next(self._moments) == nil
end

--- The moment when the first of them is to wake up.
---@param moment? number another moment, which may be earlier
---@return number? moment
function Sleepers:earliest(moment)
  for _, other in pairs(self._moments) do
    if not moment or other < moment then moment = other end
  end
  return moment
end

--- Takes out those whose moment has come.
---@param now number
---@return table[] tasks in the order of their moments
function Sleepers:take_due(now)
  local moments, due = {}, {}
  for task, moment in pairs(self._moments) do
    if moment <= now then
      due[#due + 1] = task
      moments[task] = moment
      self._moments[task] = nil
    end
  end
  table.sort(due, function(a, b)
    return moments[a] < moments[b]
  end)
  return due
end

return sleepers
