-- SPDX-License-Identifier: MIT
-- Functions that run beside their caller, as light threads of nginx.
--
-- nginx keeps a light thread that ended until its parent asks for it or ends; if the parent is
-- killed, that is for ever, and so is the request. So whoever spawns a task is not its parent, and
-- cannot kill it: to cancel a task ends the call or the sleep that it is in and has it refused any
-- other call.

local phase = require("rtk.runtime.nginx.phase")
local semaphore = require("ngx.semaphore")

local Task = {}
Task.__index = Task

local task = {}

-- By coroutine, since a call does not say in which task it is made. A coroutine that nginx
-- dropped, with its request, is dropped here, too.
local tasks = setmetatable({}, { __mode = "kv" })

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function settle(self, ...)
  if self._outcome then return end
  self._outcome = { n = select("#", ...), ... }
  if self._waiting > 0 then self._semaphore:post(self._waiting) end
end

--- Waits until the function is done.
---@return boolean ok false when it raised, or was cancelled
---@return any ... what it returned, or raised
function Task:wait()
  self._waiting = self._waiting + 1
  while not self._outcome do
    local ok, why = self._semaphore:wait(phase.LONGEST_WAIT)
    if not ok and why ~= "timeout" then return false, why end
  end
  self._waiting = self._waiting - 1
  return unpack(self._outcome, 1, self._outcome.n)
end

--- Gives up on the function's call or sleep, on all that it would send after that, and on the tasks
--- that it spawned. Nothing comes of it when the function is running, or done.
function Task:cancel()
  if self._outcome or coroutine.running() == self._thread then return end
  for child in pairs(self._children) do
    child:cancel()
  end
  self.is_cancelled = true
  if self.call then self.call:cancel("the task was cancelled") end
  if self._alarm then self._alarm:post(1) end
  settle(self, false, "the task was cancelled")
end

--- Sleeps in this task, until it is cancelled.
---@param seconds number
function Task:sleep(seconds)
  if self.is_cancelled then return end
  self._alarm = self._alarm or assert(semaphore.new(0))
  self._alarm:wait(math.min(seconds, phase.LONGEST_WAIT))
end

--- The task that makes a call, if it is one that does.
---@return table? task with is_cancelled; its field call is what it waits for
function task.current()
  return tasks[coroutine.running() or false]
end

local function run(self, f)
  self._thread = coroutine.running()
  tasks[self._thread] = self
  return pcall(f)
end

local function conclude(self, has_returned, ...)
  if has_returned then return settle(self, ...) end
  settle(self, false, "nginx ended the light thread and logged why")
end

-- The parent of a task. In nginx an error in what coroutine.wrap made passes by every pcall and
-- ends the light thread, which only the parent is told.
local function attend(self, f)
  conclude(self, ngx.thread.wait(ngx.thread.spawn(run, self, f)))
end

-- The parent of the parent, which ends at once.
local function detach(self, f)
  ngx.thread.spawn(attend, self, f)
end

--- Runs a function beside the others; it begins at once. Where nginx cannot
--- wait, there is nothing to overlap, and it ends at once, too.
---@param f function
---@return table
function task.spawn(f)
  local parent = task.current()
  local self = setmetatable({ _waiting = 0 }, Task)
  if phase.refusal() then
    settle(self, pcall(f))
    return self
  end
  self._children = setmetatable({}, { __mode = "k" })
  self._semaphore = assert(semaphore.new(0))
  if parent then parent._children[self] = true end
  assert(ngx.thread.wait(ngx.thread.spawn(detach, self, f)))
  return self
end

return task
