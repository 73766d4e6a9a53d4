-- SPDX-License-Identifier: MIT
-- One wait of one coroutine that an event loop resumes. It uses two functions of the adapter: pause
-- and wake.

---@class rtk.Waiter
---@field co thread
---@field start_time? number when its request was submitted, by core.now
---@field is_done? boolean set once it has its value or was cancelled
---@field on_end? fun(is_cancelled: boolean) called once, when the wait is over
local Waiter = {}
Waiter.__index = Waiter

local waiter = {}

-- The current waiter of each coroutine; entries are collected with their coroutines.
local current = setmetatable({}, { __mode = "kv" })

--- Creates a waiter for the running coroutine.
---@param adapter { pause: fun(waiter: rtk.Waiter), wake: fun(waiter: rtk.Waiter) }
---@param on_end? fun(is_cancelled: boolean)
---@return rtk.Waiter
function waiter.new(adapter, on_end)
  return setmetatable({ co = coroutine.running(), on_end = on_end, _adapter = adapter }, Waiter)
end

--- The waiter that a coroutine waits at.
---@param co thread
---@return rtk.Waiter? waiter
function waiter.of(co)
  return current[co]
end

local function finish(self, is_cancelled)
  self.is_done = true
  if self.on_end then self.on_end(is_cancelled) end
end

--- Takes the value and wakes the coroutine; ignores all but the first value.
---@param value any
function Waiter:receive(value)
  if self.is_done then return end
  self._value = value
  finish(self, false)
  self._adapter.wake(self)
end

--- Cancels the wait without waking the coroutine.
function Waiter:cancel()
  if not self.is_done then finish(self, true) end
end

--- Whether the coroutine still waits here.
---@return boolean
function Waiter:is_current()
  return current[self.co] == self
end

local function pending(self)
  return not self.is_done or nil
end

--- Waits for the value. Closing the coroutine, where Lua can do that, cancels the wait.
---@return any value
function Waiter:wait()
  current[self.co] = self
  -- A generic for closes its fourth value when the coroutine is closed.
  for _ in pending, self, nil, self do
    self._adapter.pause(self)
  end
  current[self.co] = nil
  return self._value
end

Waiter.__close = Waiter.cancel

return waiter
