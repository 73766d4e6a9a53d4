-- SPDX-License-Identifier: MIT
-- Tasks inside nginx: functions that run concurrently with their caller, as light threads.
--
-- nginx keeps a light thread that ended until its parent waits for it or ends; if the parent is
-- killed, nginx keeps the thread and its request for good. So the code that spawns a task is not
-- its parent and cannot kill it. To cancel a task is to end the call or sleep that it waits in and
-- to fail its later calls.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local phase = require("rtk.runtime.nginx.phase")
local semaphore = require("ngx.semaphore")

local ngx = package.loaded.ngx

---@class rtk.NginxTask: rtk.Task
---@field call? rtk.NginxCall what the task waits for
---@field is_cancelled? boolean
local Task = {}

local task = {}

-- By coroutine, since calls do not name their task. Entries are collected with coroutines that
-- nginx dropped with their request.
local tasks = setmetatable({}, { __mode = "kv" })

local unpack = core.globals.unpack

local TURN = 0.001 -- seconds, the shortest that nginx keeps a timer for

local is_turn_due = false

local function note_turn()
  is_turn_due = false
end

-- Has nginx's loop turn soon. OpenResty runs what follows ngx.sleep(0) at the end of a turn, and
-- looks at semaphores that are posted there only in the next, for which there may be no other
-- reason.
local function turn_soon()
  if is_turn_due then return end
  is_turn_due = ngx.timer.at(TURN, note_turn) and true or false
end

local function finish(self, ...)
  if self._results then return end
  self._results = { n = select("#", ...), ... }
  if self._waiting > 0 then
    self._semaphore:post(self._waiting)
    turn_soon()
  end
end

--- Waits until the function has ended.
---@return boolean ok false when it raised or was cancelled
---@return any ... what it returned or raised
function Task:wait()
  self._waiting = self._waiting + 1
  while not self._results do
    local ok, message = self._semaphore:wait(phase.LONGEST_WAIT)
    if not ok and message ~= "timeout" then return false, message end
  end
  self._waiting = self._waiting - 1
  return unpack(self._results, 1, self._results.n)
end

--- Cancels the function's call or sleep, everything that it would send later, and the tasks that it
--- spawned. Has no effect on a function that is running or has ended.
function Task:cancel()
  if self._results or coroutine.running() == self._thread then return end
  for child in pairs(self._children) do
    child:cancel()
  end
  self.is_cancelled = true
  if self.call then self.call:cancel("the task was cancelled") end
  if self._sleep then self._sleep:post(1) end
  finish(self, false, "the task was cancelled")
end

--- Sleeps in this task, until it is cancelled.
---@param seconds number
---@return boolean slept false when the task is cancelled
function Task:sleep(seconds)
  if self.is_cancelled then return false end
  self._sleep = self._sleep or assert(semaphore.new(0))
  self._sleep:wait(math.min(seconds, phase.LONGEST_WAIT))
  return not self.is_cancelled
end

Task.__index = misuse.with_colon(Task, { "cancel", "wait" }, "task")

--- The task of the running coroutine.
---@return rtk.NginxTask? task
function task.current()
  return tasks[coroutine.running() or false]
end

local function run(self, f)
  self._thread = coroutine.running()
  tasks[self._thread] = self
  return pcall(f)
end

local function finish_from_thread(self, has_returned, ...)
  if has_returned then return finish(self, ...) end
  finish(self, false, "nginx ended the light thread and logged why")
end

-- The parent of a task. In nginx an error in a coroutine.wrap function passes every pcall and ends
-- the light thread; only the parent learns of it.
local function supervise(self, f)
  finish_from_thread(self, ngx.thread.wait(ngx.thread.spawn(run, self, f)))
end

-- The parent of the supervisor; it ends at once.
local function spawn_detached(self, f)
  ngx.thread.spawn(supervise, self, f)
end

--- Runs a function concurrently with its caller; it starts at once. Where nginx cannot wait,
--- nothing can overlap, and the function has ended when spawn returns.
---@param f function
---@return rtk.NginxTask
function task.spawn(f)
  local parent = task.current()
  local self = setmetatable({ _waiting = 0 }, Task)
  if phase.blocked_reason() then
    finish(self, pcall(f))
    return self
  end
  self._children = setmetatable({}, { __mode = "k" })
  self._semaphore = assert(semaphore.new(0))
  if parent then parent._children[self] = true end
  assert(ngx.thread.wait(ngx.thread.spawn(spawn_detached, self, f)))
  return self
end

return task
