-- SPDX-License-Identifier: MIT
-- The dispatchers that have waiters, polled together: usually one, but each client has its own.

local core = require("rtk.core")

---@class rtk.PollSet
local PollSet = {}
PollSet.__index = PollSet

local poll_set = {}

-- Seconds between polls of transports without a descriptor, when there are others.
local POLL_INTERVAL = 0.01

--- Creates an empty set.
---@return rtk.PollSet
function poll_set.new()
  return setmetatable({ _dispatchers = setmetatable({}, { __mode = "k" }) }, PollSet)
end

--- Adds a dispatcher; it is removed when it has no waiters.
---@param dispatcher rtk.Dispatcher
function PollSet:add(dispatcher)
  self._dispatchers[dispatcher] = true
end

--- Whether a dispatcher is the only one.
---@param dispatcher rtk.Dispatcher
---@return boolean
function PollSet:is_only(dispatcher)
  local dispatchers = self._dispatchers
  return next(dispatchers) == dispatcher and next(dispatchers, dispatcher) == nil
end

-- Removes the idle dispatchers and returns the others.
local function take_busy(self)
  local busy = {}
  for dispatcher in pairs(self._dispatchers) do
    if dispatcher:is_idle() then
      self._dispatchers[dispatcher] = nil
    else
      busy[#busy + 1] = dispatcher
    end
  end
  return busy
end

local function wait(dispatchers, timeout)
  local descriptors = {}
  for _, dispatcher in ipairs(dispatchers) do
    local descriptor = dispatcher:fd()
    descriptors[#descriptors + 1] = descriptor
    if not descriptor then timeout = math.min(timeout, POLL_INTERVAL) end
  end
  core.wait(descriptors, timeout)
end

--- Waits until something happens and delivers at most one result of each transport: its waiter may
--- start the next request before time goes into decoding the other results.
---@param timeout number seconds
---@return boolean waited false when there are no waiters
---@return integer count results
function PollSet:step(timeout)
  local dispatchers, count = take_busy(self), 0
  if #dispatchers == 1 then return true, dispatchers[1]:step(timeout, 1) end
  for _, dispatcher in ipairs(dispatchers) do
    count = count + dispatcher:step(0, 1)
  end
  if count == 0 and #dispatchers > 0 and timeout > 0 then wait(dispatchers, timeout) end
  return #dispatchers > 0, count
end

return poll_set
