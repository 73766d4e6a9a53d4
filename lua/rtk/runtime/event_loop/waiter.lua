-- SPDX-License-Identifier: MIT
-- One wait of one coroutine that an event loop resumes.
--
-- A host is what knows the loop; here it only has to pause the running
-- coroutine, and to wake one that paused:
--
--   host.pause(waiter)   may return earlier than it is woken
--   host.wake(waiter)    makes the loop resume it, later

local Waiter = {}
Waiter.__index = Waiter

local waiter = {}

-- Which waiter a coroutine is at. Both are dropped with the coroutine.
local current = setmetatable({}, { __mode = "kv" })

--- Makes a waiter for the running coroutine.
---@param host table
---@param on_end? fun(is_cancelled: boolean) told once that nothing is waited for any more
---@return table waiter with co, and is_done once it has its value
function waiter.new(host, on_end)
  return setmetatable({ co = coroutine.running(), on_end = on_end, _host = host }, Waiter)
end

--- What a coroutine waits for.
---@param co thread
---@return table? waiter
function waiter.of(co)
  return current[co]
end

local function finish(self, is_cancelled)
  self.is_done = true
  if self.on_end then self.on_end(is_cancelled) end
end

--- Takes what it waits for, if that has not come yet, and wakes the coroutine.
---@param value any
function Waiter:receive(value)
  if self.is_done then return end
  self._value = value
  finish(self, false)
  self._host.wake(self)
end

--- Gives up on it; the coroutine is not woken.
function Waiter:cancel()
  if not self.is_done then finish(self, true) end
end

--- Whether the coroutine still is where it waits.
---@return boolean
function Waiter:is_current()
  return current[self.co] == self
end

local function pending(self)
  return not self.is_done or nil
end

--- Waits. Where Lua can close a coroutine, closing this one gives up on what it waits for.
---@return any value
function Waiter:wait()
  current[self.co] = self
  -- The loop is one that closes its fourth value.
  for _ in pending, self, nil, self do
    self._host.pause(self)
  end
  current[self.co] = nil
  return self._value
end

Waiter.__close = Waiter.cancel

return waiter
