-- SPDX-License-Identifier: MIT
-- The calls of one transport that wait in one event loop. How the loop notices that the transport
-- has something to do is up to the adapter, which sets `start` and `on_idle`.

local core = require("rtk.core")
local waiters = require("rtk.runtime.event_loop.waiter")

---@class rtk.InFlight
---@field dispatcher rtk.Dispatcher
---@field start fun(self: rtk.InFlight): string? has the loop step the dispatcher while there are
---calls; returns a message on failure
---@field on_idle fun(self: rtk.InFlight) called when the last call has ended
local InFlight = {}
InFlight.__index = InFlight

local in_flight = {}

--- Creates an empty set of calls.
---@param dispatcher rtk.Dispatcher
---@param mode "k"|"" "k" if waiters are kept alive by their coroutines, "" if by this set
---@return rtk.InFlight
function in_flight.new(dispatcher, mode)
  local ids = setmetatable({}, { __mode = mode })
  return setmetatable({ dispatcher = dispatcher, _ids = ids }, InFlight)
end

--- Starts a request for the running coroutine.
---@param adapter rtk.EventLoopAdapter
---@param request table for the transport's submit
---@return rtk.Waiter? waiter nil when the transport cannot start the request
---@return rtk.Result? result then
function InFlight:submit(adapter, request)
  local waiter = waiters.new(adapter)
  local id, unsent = self.dispatcher:submit(request, waiter)
  if not id then return nil, unsent end
  waiter.on_end = function(is_cancelled)
    self._ids[waiter] = nil
    if is_cancelled then self.dispatcher:cancel(id) end
    if self:is_idle() then self:on_idle() end
  end
  self._ids[waiter] = id
  waiter.in_flight, waiter.start_time, waiter.timeout = self, core.now(), request.timeout
  return waiter
end

--- Whether there are no calls.
---@return boolean
function InFlight:is_idle()
  return next(self._ids) == nil
end

--- Ends one call with kind "cancelled".
---@param waiter rtk.Waiter
---@param message string the reason
function InFlight:abandon(waiter, message)
  waiter:receive(self.dispatcher:abandon(self._ids[waiter], message, waiter.start_time))
end

--- Ends all calls with kind "cancelled".
---@param message string the reason
function InFlight:fail(message)
  local all = {}
  for waiter in pairs(self._ids) do
    all[#all + 1] = waiter
  end
  for _, waiter in ipairs(all) do
    self:abandon(waiter, message)
  end
end

--- Steps the dispatcher without waiting. It delivers at most one result, so that other coroutines
--- run before the next result is decoded.
function InFlight:step()
  local ok, message = pcall(self.dispatcher.step, self.dispatcher, 0, 1)
  -- Most likely out of memory: every caller must learn of it.
  if not ok then self:fail(tostring(message)) end
end

return in_flight
