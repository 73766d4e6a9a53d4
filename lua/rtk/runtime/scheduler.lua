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

local Task = {}
Task.__index = Task

local scheduler = {}

-- The task that was resumed last and has not paused since. Calls do not say from which task they
-- come, so this has to be known for all of the Lua state; likewise what its tasks wait for.
local current
local ready = setmetatable({}, { __mode = "v" })
local first_ready, last_ready = 1, 0
local sleepers = setmetatable({}, { __mode = "k" }) -- moments, by task
local busy = setmetatable({}, { __mode = "k" }) -- inboxes in which something may be waited for

-- What a paused task gives to whoever resumed it.
local PAUSE = {}

-- Seconds. A step returns sooner when something happens; this only bounds one wait.
local LONGEST_STEP = 60
-- How often transports without a descriptor are asked while others are waited for.
local SHORT_STEP = 0.01

local is_yieldable = rawget(coroutine, "isyieldable")
local close_coroutine = rawget(coroutine, "close")
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function wake(task, value)
  if task.is_done then return end
  task._value = value
  last_ready = last_ready + 1
  ready[last_ready] = task
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

local function find_ready(scope, target, last)
  for index = first_ready, last do
    local task = ready[index]
    if not task or task.is_done then
      ready[index] = nil
      if index == first_ready then first_ready = index + 1 end
    elseif may_run(task, scope, target) then
      return index, task
    end
  end
  return nil
end

-- Resumes those that are ready now, not those that get ready meanwhile.
local function run_ready(scope, target)
  local last = last_ready
  local index, task = find_ready(scope, target, last)
  while task do
    ready[index] = nil
    resume(task)
    if target.is_done then return end
    index, task = find_ready(scope, target, last)
  end
end

local function wake_sleepers()
  if next(sleepers) == nil then return end
  local now = core.now()
  for task, moment in pairs(sleepers) do
    if moment <= now then
      sleepers[task] = nil
      wake(task)
    end
  end
end

local function earliest(moment)
  for _, other in pairs(sleepers) do
    if not moment or other < moment then moment = other end
  end
  return moment
end

local function busy_inboxes()
  local found = {}
  for box in pairs(busy) do
    if box:is_idle() then
      busy[box] = nil
    else
      found[#found + 1] = box
    end
  end
  return found
end

-- One result at a time: a task that gets it may start its next request before the others are made.
local function step_all(boxes, timeout)
  if #boxes == 1 then return boxes[1]:step(timeout, 1) end
  local count, descriptors = 0, {}
  for _, box in ipairs(boxes) do
    count = count + box:step(0, 1)
  end
  if count > 0 then return end
  for _, box in ipairs(boxes) do
    local descriptor = box:fd()
    descriptors[#descriptors + 1] = descriptor
    if not descriptor then timeout = math.min(timeout, SHORT_STEP) end
  end
  core.wait(descriptors, timeout)
end

-- Waits until something happens, or until that moment.
local function idle(scope, target, moment)
  local boxes = busy_inboxes()
  moment = earliest(moment)
  local timeout = LONGEST_STEP
  if moment then timeout = math.max(0, math.min(timeout, moment - core.now())) end
  if find_ready(scope, target, last_ready) then timeout = 0 end
  if #boxes > 0 then
    step_all(boxes, timeout)
  elseif moment or timeout == 0 then
    core.sleep(timeout)
  else
    misuse.raise("nothing is left that could end this wait: do tasks wait for each other?")
  end
  wake_sleepers()
end

-- Lets everything go on until target.is_done, or until that moment.
local function drive(target, moment)
  local scope = current
  while true do
    run_ready(scope, target)
    if target.is_done or moment and core.now() >= moment then return end
    idle(scope, target, moment)
  end
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
  sleepers[self] = nil
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
  if current then
    current._children = current._children or setmetatable({}, { __mode = "k" })
    current._children[task] = true
  end
  resume(task)
  return task
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
  return setmetatable({}, Outsider)
end

--- Waits for the result of a request.
---@param waiter table what scheduler.waiter returned
---@param box table the inbox that has the request
---@param id integer
---@return table result
function scheduler.receive(waiter, box, id)
  busy[box] = true
  if waiter._co then
    waiter._inbox, waiter._id = box, id
    return pause()
  end
  drive(waiter)
  return waiter.result
end

--- Waits. A signal ends the sleep for a moment, so that Lua can run the signal's hook.
---@param seconds number
function scheduler.sleep(seconds)
  local moment = core.now() + seconds
  if can_pause() then
    sleepers[current] = moment
    return pause()
  end
  drive({}, moment)
end

return scheduler
