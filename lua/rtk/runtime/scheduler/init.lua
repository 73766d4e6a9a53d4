-- SPDX-License-Identifier: MIT
-- Runs tasks, which are coroutines, in plain Lua.
--
-- A task that must wait pauses. A caller that cannot pause (the main program, a coroutine of the
-- user's own, a callback of string.gsub) runs the scheduler until its wait is over: it resumes
-- tasks, steps the transports and sleeps. So tasks only run while something waits.
--
-- A task belongs to the code that spawned it. The scheduler refers to tasks weakly, so that an
-- abandoned task can be collected wherever it paused; but it keeps those that rtk.spawn returns.
--
-- In a host whose coroutines can sleep (rtk.runtime.polling), and only there, several callers run
-- the scheduler at a time: each sleeps between its turns, and none inside of a task.

local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local misuse = require("rtk.misuse")
local polling_pause = require("rtk.runtime.scheduler.polling_pause")
local poll_set = require("rtk.runtime.scheduler.poll_set")
local run_queue = require("rtk.runtime.scheduler.run_queue")
local timers = require("rtk.runtime.scheduler.timers")

---@class rtk.SchedulerTask: rtk.Task, rtk.DispatcherWaiter
---@field is_done? boolean
---@field package _host? rtk.SleepingHost what sleeps while callers wait for the task
local Task = {}

local scheduler = {
  -- Whether a task was ever spawned; without tasks a call need not enter the scheduler.
  has_tasks = false,
}

-- The task that was resumed last and has not paused since. Calls do not name their task, so this
-- is state of the whole Lua state, as are the queues of its tasks.
local current
local ready = run_queue.new()
local sleeping = timers.new()
local polled = poll_set.new()

-- The tasks that are kept until they end.
local kept = {} -- luacheck: ignore (only the collector looks at it)

-- What a paused task yields to the scheduler.
local PAUSE = {}

local LONGEST_STEP = dispatcher.LONGEST_STEP

local CANNOT_PAUSE = "plain Lua 5.1 cannot pause a function inside of pcall, so it runs one call "
  .. "at a time: use LuaJIT or Lua 5.2 or newer, or make the calls one after the other"

local close_coroutine = core.globals.coroutine.close
local unpack = core.globals.unpack

local function wake(task, value)
  task._value = value
  ready:put(task)
end

local function finish(task, ...)
  local waiters = task._waiters or {}
  task._results = { n = select("#", ...), ... }
  task.is_done, kept[task] = true, nil
  task._co, task._waiters, task._parent = nil, nil, nil
  for _, waiter in ipairs(waiters) do
    waiter._target = nil
    wake(waiter)
  end
end

local function after_resume(task, previous, alive, token, ...)
  current = previous
  if coroutine.status(task._co) == "dead" then
    finish(task, alive, token, ...)
  elseif token ~= PAUSE then
    -- The user's own code yielded: its values go nowhere, but other tasks may run.
    wake(task)
  end
end

local function resume(task)
  local previous, value = current, task._value
  current, task._value = task, nil
  after_resume(task, previous, coroutine.resume(task._co, value))
end

local function pause()
  return coroutine.yield(PAUSE)
end

local function can_pause()
  return current ~= nil and coroutine.running() == current._co and core.yieldable()
end

-- A wait inside of a task (its scope) only resumes the tasks that it depends on: others might wait
-- inside in turn, ever deeper, and this wait could not end before theirs.
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

-- Resumes the tasks that are ready now, not those that become ready meanwhile.
local function run_ready(scope, target)
  local last = ready:last()
  local task = ready:take(last, may_run, scope, target)
  while task do
    resume(task)
    if target.is_done then return end
    task = ready:take(last, may_run, scope, target)
  end
end

local function wake_sleeping()
  if sleeping:is_empty() then return end
  for _, task in ipairs(sleeping:take_due(core.now())) do
    wake(task)
  end
end

-- Waits until something happens, at most until the deadline.
local function idle(scope, target, deadline)
  local timeout = LONGEST_STEP
  local wake_time = sleeping:earliest(deadline)
  if wake_time then timeout = math.max(0, math.min(timeout, wake_time - core.now())) end
  if ready:find(ready:last(), may_run, scope, target) then timeout = 0 end
  if not polled:step(timeout) then
    if not wake_time and timeout > 0 then
      misuse.raise("nothing is left that could end this wait: do tasks wait for each other?")
    end
    core.sleep(timeout)
  end
  wake_sleeping()
end

local function results_of(co, ok, ...)
  if coroutine.status(co) ~= "dead" then return results_of(co, coroutine.resume(co)) end
  if not ok then error((...), 0) end
  return ...
end

-- Runs a function in a coroutine of its own. Some hosts interrupt their coroutines in the middle of
-- Lua code (HAProxy counts instructions), and others must not find the scheduler half-way then.
local function uninterrupted(f, ...)
  local co = coroutine.create(f)
  return results_of(co, coroutine.resume(co, ...))
end

-- Runs what is ready in a host. Returns seconds to sleep, if nothing is left to do; tasks that
-- never wait must not starve the host.
local function turn_in_host(pauses, target, deadline)
  run_ready(nil, target)
  local ok, has_calls, count = pcall(polled.step, polled, 0)
  -- Most likely out of memory: a call ends then, as it does in event loops.
  if not ok then return target:fail(has_calls) end
  wake_sleeping()
  local is_busy = target.is_done or ready:find(ready:last(), may_run, nil, target)
  if count > 0 or is_busy then pauses:reset() end
  if is_busy and not pauses:is_due() then return nil end
  return pauses:next(has_calls, sleeping:earliest(deadline))
end

-- Runs everything until target.is_done, or until the deadline, and sleeps by the host's means.
local function run_in_host(host, target, deadline)
  local pauses = polling_pause.new()
  while not target.is_done do
    local seconds = uninterrupted(turn_in_host, pauses, target, deadline)
    if target.is_done or deadline and core.now() >= deadline then return end
    if seconds then
      host.sleep(seconds)
      pauses:note_sleep()
    end
  end
end

-- Runs everything until target.is_done, or until the deadline.
local function run_until(target, deadline, host)
  local scope = current
  if host and not scope and host.can_sleep() then return run_in_host(host, target, deadline) end
  while not target.is_done do
    run_ready(scope, target)
    if target.is_done or deadline and core.now() >= deadline then return end
    idle(scope, target, deadline)
  end
end

-- Whether only this dispatcher can make anything happen.
local function is_alone(own_dispatcher)
  return ready:is_empty() and sleeping:is_empty() and polled:is_only(own_dispatcher)
end

--- Stores the result that the task waits for.
---@param result rtk.Result
function Task:receive(result)
  self._dispatcher, self._id = nil, nil
  wake(self, result)
end

--- Waits until the function has ended.
---@return boolean ok false when it raised or was cancelled
---@return any ... what it returned or raised
function Task:wait()
  if self == current then misuse.raise("a task cannot wait for itself") end
  if not self.is_done then
    if can_pause() then
      self._waiters = self._waiters or {}
      table.insert(self._waiters, current)
      current._target = self
      pause()
    else
      run_until(self, nil, self._host)
    end
  end
  return unpack(self._results, 1, self._results.n)
end

-- Called when the scheduler cannot go on for a caller that waits for the task or sleeps.
local function raise_problem(_, problem)
  error(problem, 0)
end

Task.fail = raise_problem

--- Cancels the function's wait and the tasks that it spawned. Has no effect on a function that is
--- running or has ended.
function Task:cancel()
  local co = self._co
  if self.is_done or coroutine.status(co) ~= "suspended" then return end
  if self._dispatcher then self._dispatcher:cancel(self._id) end
  sleeping:remove(self)
  for child in pairs(self._children or {}) do
    child:cancel()
  end
  finish(self, false, "the task was cancelled")
  if close_coroutine then close_coroutine(co) end
end

Task.__index = misuse.with_colon(Task, { "cancel", "wait" }, "task")

local function start_task(f, host)
  local task = setmetatable({ _co = coroutine.create(f), _parent = current, _host = host }, Task)
  scheduler.has_tasks = true
  if current then
    current._children = current._children or setmetatable({}, { __mode = "k" })
    current._children[task] = true
  end
  resume(task)
  return task
end

--- Runs a function concurrently with its caller; it starts at once.
---@param f function
---@param host? rtk.SleepingHost
---@return rtk.SchedulerTask task
function scheduler.spawn(f, host)
  if not core.yieldable_through_pcall then misuse.raise(CANNOT_PAUSE) end
  if host and not current then return uninterrupted(start_task, f, host) end
  return start_task(f, host)
end

--- Keeps a task until it has ended, whether anything refers to it or not.
---@param task rtk.SchedulerTask
function scheduler.keep(task)
  if not task.is_done then kept[task] = true end
end

--- Does what can be done without waiting: takes a result of one dispatcher, and runs the tasks that
--- are ready.
---@param own_dispatcher rtk.Dispatcher|nil
function scheduler.turn(own_dispatcher)
  if own_dispatcher then own_dispatcher:step(0, 1) end
  wake_sleeping()
  run_ready(current, {})
end

--- Seconds until a turn has something to do, as far as tasks know.
---@return number? seconds nil when none is ready and none sleeps
function scheduler.time_left()
  if not ready:is_empty() then return 0 end
  local wake_time = sleeping:earliest()
  return wake_time and math.max(0, wake_time - core.now())
end

--- Whether the caller runs inside of a task.
---@return boolean
function scheduler.is_running_task()
  return current ~= nil
end

-- Waits for a result outside of tasks.
---@class rtk.MainWaiter: rtk.DispatcherWaiter
local MainWaiter = {}
MainWaiter.__index = MainWaiter

--- Stores the result.
---@param result rtk.Result
function MainWaiter:receive(result)
  self.result, self.is_done = result, true
end

--- Ends the wait without a result.
---@param message string the reason
function MainWaiter:fail(message)
  self.failure, self.is_done = message, true
end

local function new_main_waiter()
  return setmetatable({ is_done = false, result = false }, MainWaiter)
end

-- A task pauses until its result is there.
local function receive_paused(task, own_dispatcher, id)
  polled:add(own_dispatcher)
  task._dispatcher, task._id = own_dispatcher, id
  return pause()
end

-- A caller that cannot pause runs the scheduler.
local function receive_running(waiter, own_dispatcher)
  polled:add(own_dispatcher)
  while not waiter.is_done and is_alone(own_dispatcher) do
    own_dispatcher:step(LONGEST_STEP, 1)
  end
  run_until(waiter)
  return waiter.result
end

-- The same in a host. When its sleep raises, as some do to end a coroutine, so does the call.
local function send_in_host(own_dispatcher, request, host)
  local waiter, start_time = new_main_waiter(), core.now()
  local id, unsent = uninterrupted(own_dispatcher.submit, own_dispatcher, request, waiter)
  if not id then return unsent end
  polled:add(own_dispatcher)
  local ok, problem = pcall(run_until, waiter, nil, host)
  if ok and waiter.result then return waiter.result end
  if ok then return own_dispatcher:abandon(id, tostring(waiter.failure), start_time) end
  own_dispatcher:cancel(id)
  error(problem, 0)
end

--- Sends one request and waits for its result, letting tasks run.
---@param own_dispatcher rtk.Dispatcher of the request's transport
---@param request table for the transport's submit
---@param host? rtk.SleepingHost
---@return rtk.Result result
function scheduler.send(own_dispatcher, request, host)
  local task = can_pause() and current
  if host and not current then return send_in_host(own_dispatcher, request, host) end
  local waiter = task or new_main_waiter()
  local id, unsent = own_dispatcher:submit(request, waiter)
  if not id then return unsent end
  if task then return receive_paused(task, own_dispatcher, id) end
  return receive_running(waiter, own_dispatcher)
end

--- Waits. A signal interrupts the sleep briefly, so that Lua can run the signal's hook.
---@param seconds number
---@param host? rtk.SleepingHost
function scheduler.sleep(seconds, host)
  local deadline = core.now() + seconds
  if can_pause() then
    sleeping:add(current, deadline)
    return pause()
  end
  run_until({ fail = raise_problem }, deadline, host)
end

return scheduler
