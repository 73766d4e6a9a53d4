-- SPDX-License-Identifier: MIT
-- The coroutines of one host that are to go on. They are resumed from callbacks of the host's loop,
-- never from where their wait ended, which may be deep in the code of another coroutine.

local core = require("rtk.core")
local tasks = require("rtk.runtime.event_loop.task")

---@class rtk.ResumeQueue
---@field _hooks rtk.HostLoop
---@field _is_serving boolean a callback of the host runs, which flushes the queue afterwards
---@field _is_scheduled boolean the host will flush the queue
local ResumeQueue = {}
ResumeQueue.__index = ResumeQueue

local resume_queue = {}

local resume, status = coroutine.resume, coroutine.status
local traceback = core.globals.debug and core.globals.debug.traceback

--- Creates an empty queue.
---@param hooks rtk.HostLoop
---@return rtk.ResumeQueue
function resume_queue.new(hooks)
  return setmetatable({
    _hooks = hooks,
    _waiters = {},
    _first = 1,
    _last = 0,
    _is_serving = false,
    _is_scheduled = false,
  }, ResumeQueue)
end

local function take(self)
  local first = self._first
  local waiter = self._waiters[first]
  if not waiter then return nil end
  self._waiters[first], self._first = nil, first + 1
  return waiter
end

local function with_traceback(co, problem)
  if type(problem) ~= "string" or not traceback then return problem end
  return traceback(co, problem)
end

local function go_on(self, waiter)
  local co, own = waiter.co, self._hooks.resume
  if own and not tasks.has(co) then return pcall(own, co) end
  -- It may have been resumed by others meanwhile, and then knows that its wait is over.
  if status(co) ~= "suspended" then return true end
  local ok, problem = resume(co)
  return ok, not ok and with_traceback(co, problem)
end

-- Has the host report an error as it does for any callback.
local function raise_later(self, problem)
  self._hooks.after(0, function()
    error(problem, 0)
  end)
end

-- Resumes all of them, even if some raise. A coroutine may run the host's loop, which then calls
-- this again: each waiter is taken once.
local function flush(self)
  local problems = {}
  local waiter = take(self)
  while waiter do
    if waiter:is_current() then
      local ok, problem = go_on(self, waiter)
      if not ok then problems[#problems + 1] = { problem } end
    end
    waiter = take(self)
  end
  for index = 2, #problems do
    raise_later(self, problems[index][1])
  end
  if problems[1] then error(problems[1][1], 0) end
end

--- Has the loop resume the coroutine of a waiter.
---@param waiter rtk.Waiter
function ResumeQueue:put(waiter)
  self._last = self._last + 1
  self._waiters[self._last] = waiter
  if self._is_serving or self._is_scheduled then return end
  self._is_scheduled = true
  self._hooks.after(0, function()
    self._is_scheduled = false
    flush(self)
  end)
end

--- Runs what a callback of the host's loop does, and then resumes the coroutines that this woke.
---@param f fun(argument: any) runs no code of users
---@param argument? any
function ResumeQueue:serve(f, argument)
  self._is_serving = true
  local ok, problem = pcall(f, argument)
  self._is_serving = false
  flush(self)
  if not ok then error(problem, 0) end
end

return resume_queue
