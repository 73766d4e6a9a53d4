-- SPDX-License-Identifier: MIT
-- Tasks of an event loop: functions that run concurrently with their caller, each in a coroutine
-- that the loop resumes.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local waiters = require("rtk.runtime.event_loop.waiter")

---@class rtk.EventLoopTask: rtk.Task
---@field co thread resuming it runs the function
---@field is_done? boolean
---@field on_cancel? fun(self: rtk.EventLoopTask) set by the adapter
local Task = {}

local task = {}

-- By coroutine: tells which task spawns another.
local tasks = setmetatable({}, { __mode = "kv" })

local close_coroutine = core.globals.coroutine.close
local unpack = core.globals.unpack

local function finish(self, ...)
  if self.is_done then return end
  self.is_done = true
  self._results = { n = select("#", ...), ... }
  for _, waiter in ipairs(self._waiters) do
    waiter:receive()
  end
end

--- Creates a task that has not started.
---@param adapter rtk.EventLoopAdapter
---@param f function
---@return rtk.EventLoopTask
function task.new(adapter, f)
  local self = setmetatable({ _adapter = adapter, _waiters = {} }, Task)
  self.co = coroutine.create(function()
    finish(self, pcall(f))
  end)
  self._children = setmetatable({}, { __mode = "k" })
  tasks[self.co] = self
  local parent = tasks[coroutine.running() or false]
  if parent then parent._children[self] = true end
  return self
end

--- Whether a coroutine belongs to a task.
---@param co? thread
---@return boolean
function task.has(co)
  return tasks[co or false] ~= nil
end

--- Waits until the function has ended.
---@return boolean ok false when it raised or was cancelled
---@return any ... what it returned or raised
function Task:wait()
  if self.co == coroutine.running() then misuse.raise("a task cannot wait for itself") end
  if not self.is_done then
    if not self._adapter.can_wait() then
      misuse.raise("a task of an event loop can only be waited for in coroutines of that loop")
    end
    local waiter = waiters.new(self._adapter)
    table.insert(self._waiters, waiter)
    waiter:wait()
  end
  return unpack(self._results, 1, self._results.n)
end

--- Cancels the function's wait and the tasks that it spawned. Has no effect on a function that is
--- running or has ended.
function Task:cancel()
  if self.is_done or coroutine.status(self.co) ~= "suspended" then return end
  local waiter = waiters.of(self.co)
  if waiter then waiter:cancel() end
  for child in pairs(self._children) do
    child:cancel()
  end
  finish(self, false, "the task was cancelled")
  if close_coroutine then close_coroutine(self.co) end
  if self.on_cancel then self:on_cancel() end
end

Task.__index = misuse.with_colon(Task, { "cancel", "wait" }, "task")

return task
