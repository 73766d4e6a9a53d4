-- SPDX-License-Identifier: MIT
-- Functions that run beside their caller, each in a coroutine that an event
-- loop resumes.

local misuse = require("rtk.misuse")
local waiters = require("rtk.runtime.event_loop.waiter")

local Task = {}
Task.__index = Task

local task = {}

-- By coroutine, to know which task spawns another.
local tasks = setmetatable({}, { __mode = "kv" })

local close_coroutine = rawget(coroutine, "close")
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function settle(self, ...)
  if self.is_done then return end
  self.is_done = true
  self._outcome = { n = select("#", ...), ... }
  for _, waiter in ipairs(self._waiters) do
    waiter:receive()
  end
end

--- Makes a task that has not begun: resuming its coroutine runs it.
---@param host table with can_wait, see rtk.runtime.event_loop
---@param f function
---@return table task with co, and is_done when it has ended
function task.new(host, f)
  local self = setmetatable({ _host = host, _waiters = {} }, Task)
  self.co = coroutine.create(function()
    settle(self, pcall(f))
  end)
  self._children = setmetatable({}, { __mode = "k" })
  tasks[self.co] = self
  local parent = tasks[coroutine.running() or false]
  if parent then parent._children[self] = true end
  return self
end

--- Whether a coroutine is one of a task.
---@param co? thread
---@return boolean
function task.has(co)
  return tasks[co or false] ~= nil
end

--- Waits until the function is done.
---@return boolean ok false when it raised, or was cancelled
---@return any ... what it returned, or raised
function Task:wait()
  if self.co == coroutine.running() then misuse.raise("a task cannot wait for itself") end
  if not self.is_done then
    if not self._host.can_wait() then
      misuse.raise("a task of an event loop can only be waited for in coroutines of that loop")
    end
    local waiter = waiters.new(self._host)
    table.insert(self._waiters, waiter)
    waiter:wait()
  end
  return unpack(self._outcome, 1, self._outcome.n)
end

--- Gives up on the function, wherever it waits, and on the tasks that it spawned. Nothing comes of
--- it when the function is running, or done.
function Task:cancel()
  if self.is_done or coroutine.status(self.co) ~= "suspended" then return end
  local waiter = waiters.of(self.co)
  if waiter then waiter:cancel() end
  for child in pairs(self._children) do
    child:cancel()
  end
  settle(self, false, "the task was cancelled")
  if close_coroutine then close_coroutine(self.co) end
  if self.on_cancel then self:on_cancel() end
end

return task
