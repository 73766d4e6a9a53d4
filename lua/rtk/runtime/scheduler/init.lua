-- SPDX-License-Identifier: MIT
-- Runs tasks, which are coroutines, in plain Lua.
--
-- A task that has to wait pauses. Whoever waits without being a task that can pause (the main
-- program, a coroutine of the user's own, a callback of string.gsub) drives: it lets tasks go on,
-- steps the transports and sleeps, until it has what it waits for. So nothing runs when nobody
-- waits.
--
-- Tasks belong to whoever spawned them. Here they are only held weakly, so that one that was
-- abandoned can be collected, wherever it paused.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local network = require("rtk.runtime.scheduler.poll_set")
local queue = require("rtk.runtime.scheduler.run_queue")
local sleepers = require("rtk.runtime.scheduler.timers")

local Task = {}
Task.__index = Task

local scheduler = {}

-- The task that was resumed last and has not paused since. Calls do not say from which task they
-- come, so this has to be known for all of the Lua state; likewise what its tasks wait for.
local current
local has_tasks = false -- or had some
local ready = queue.new()
local sleeping = sleepers.new()
local waited_for = network.new()

-- What a paused task gives to whoever resumed it.
local PAUSE = {}

-- Seconds. A step returns sooner when something happens; this only bounds one wait.
local LONGEST_STEP = 60

local is_yieldable = rawget(coroutine, "isyieldable")
local close_coroutine = rawget(coroutine, "close")
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function wake(task, value)
  task._value = value
  ready:put(task)
end

local function finish(task, ...)
  local waiters = task._waiters or {}
  task._outcome = { n = select("#", ...), ... }
  task.is_done = true
  task._co, task._waiters, task._parent = nil, nil, nil
  for _, waiter in ipairs(waiters) do
    waiter._target = nil
    wake(waiter)
  end
end

local function settle(task, previous, alive, token, ...)
  current = previous
  if coroutine.status(task._co) == "dead" then
    finish(task, alive, token, ...)
  elseif token ~= PAUSE then
    -- A yield of the user's own: there is nobody to give the values to, but others may run.
    wake(task)
  end
end

local function resume(task)
  local previous, value = current, task._value
  current, task._value = task, nil
  settle(task, previous, coroutine.resume(task._co, value))
end

local function pause()
  return coroutine.yield(PAUSE)
end

local function can_pause()
  return current ~= nil and coroutine.running() == current._co and is_yieldable()
end

-- Whoever drives inside of a task does not resume tasks that have nothing to do with it: those
-- might drive in turn, ever deeper, and it would have to wait for them to end.
local function may_run(task, scope, target)
  if not scope then return true end
  while target do
    if target == task then return true end
    target = target._target
  end
  local ancestor = task._parent
  while ancestor and ancestor ~= scope do
    ancestor = ancestor._parent
  end
  return ancestor == scope
end

-- Resumes those that are ready now, not those that get ready meanwhile.
local function run_ready(scope, target)
  local last = ready:last()
  local task = ready:take(last, may_run, scope, target)
  while task do
    resume(task)
    if target.is_done then return end
    task = ready:take(last, may_run, scope, target)
  end
end

local function wake_sleepers()
  if sleeping:is_empty() then return end
  for _, task in ipairs(sleeping:take_due(core.now())) do
    wake(task)
  end
end

-- Waits until something happens, or until that moment.
local function idle(scope, target, moment)
  local timeout = LONGEST_STEP
  moment = sleeping:earliest(moment)
  if moment then timeout = math.max(0, math.min(timeout, moment - core.now())) end
  if ready:find(ready:last(), may_run, scope, target) then timeout = 0 end
  if not waited_for:step(timeout) then
    if not moment and timeout > 0 then
      misuse.raise("nothing is left that could end this wait: do tasks wait for each other?")
    end
    core.sleep(timeout)
  end
  wake_sleepers()
end

-- Lets everything go on until target.is_done, or until that moment.
local function drive(target, moment)
  local scope = current
  while not target.is_done do
    run_ready(scope, target)
    if target.is_done or moment and core.now() >= moment then return end
    idle(scope, target, moment)
  end
end

-- Whether nothing can happen but in this inbox.
local function is_alone(inbox)
  return ready:is_empty() and sleeping:is_empty() and waited_for:is_only(inbox)
end

--- Notes the result that it waits for.
---@param result table
function Task:receive(result)
  self._inbox, self._id = nil, nil
  wake(self, result)
end

--- Waits until the function is done.
---@return boolean ok false when it raised, or was cancelled
---@return any ... what it returned, or raised
function Task:wait()
  if self == current then misuse.raise("a task cannot wait for itself") end
  if not self.is_done then
    if can_pause() then
      self._waiters = self._waiters or {}
      table.insert(self._waiters, current)
      current._target = self
      pause()
    else
      drive(self)
    end
  end
  return unpack(self._outcome, 1, self._outcome.n)
end

--- Gives up on the function, wherever it waits, and on the tasks that it spawned. Nothing comes of
--- it when the function is running, or done.
function Task:cancel()
  local co = self._co
  if self.is_done or coroutine.status(co) ~= "suspended" then return end
  if self._inbox then self._inbox:cancel(self._id) end
  sleeping:remove(self)
  for child in pairs(self._children or {}) do
    child:cancel()
  end
  finish(self, false, "the task was cancelled")
  if close_coroutine then close_coroutine(co) end
end

--- Runs a function beside the others; it begins at once.
---@param f function
---@return table task
function scheduler.spawn(f)
  local task = setmetatable({ _co = coroutine.create(f), _parent = current }, Task)
  has_tasks = true
  if current then
    current._children = current._children or setmetatable({}, { __mode = "k" })
    current._children[task] = true
  end
  resume(task)
  return task
end

--- Whether the caller is run by somebody who drives tasks.
---@return boolean
function scheduler.is_driven()
  return current ~= nil
end

-- Waits for a result without being a task.
local Outsider = {}
Outsider.__index = Outsider

--- Notes the result that it waits for.
---@param result table
function Outsider:receive(result)
  self.result, self.is_done = result, true
end

--- Who is to receive the result of a request that is made here and now.
---@return table waiter
function scheduler.waiter()
  if can_pause() then return current end
  return setmetatable({ is_done = false, result = false }, Outsider)
end

--- Waits for the result of a request.
---@param waiter table what scheduler.waiter returned
---@param inbox table the one that has the request
---@param id integer
---@return table result
function scheduler.receive(waiter, inbox, id)
  -- Mostly there are no tasks; then nothing happens anywhere else.
  while not has_tasks and not waiter.is_done do
    inbox:step(LONGEST_STEP, 1)
  end
  if waiter.result then return waiter.result end
  waited_for:add(inbox)
  if waiter._co then
    waiter._inbox, waiter._id = inbox, id
    return pause()
  end
  while not waiter.is_done and is_alone(inbox) do
    inbox:step(LONGEST_STEP, 1)
  end
  drive(waiter)
  return waiter.result
end

--- Waits. A signal ends the sleep for a moment, so that Lua can run the signal's hook.
---@param seconds number
function scheduler.sleep(seconds)
  local moment = core.now() + seconds
  if can_pause() then
    sleeping:add(current, moment)
    return pause()
  end
  drive({}, moment)
end

return scheduler
