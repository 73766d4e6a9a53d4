-- SPDX-License-Identifier: MIT
-- The calls in flight of all clients in one Lua VM.
--
-- A call waits at a semaphore, which is posted when its result arrives. A transport's dispatcher is
-- listed here only while it has calls, so that no client is kept alive. The reactor notices when a
-- dispatcher has something to do.

local core = require("rtk.core")
local semaphore = require("ngx.semaphore")

local in_flight = {}

---@class rtk.NginxInFlight
---@field entries table<integer, table> the dispatchers with calls, by number
---@field count integer calls
---@field submit_count integer calls ever submitted
---@field waker? userdata
---@field is_leaving? boolean the worker is about to exit
---@field is_started? boolean a reactor runs or is about to
---@field has_reactor? boolean a reactor runs
---@field semaphores table[] those that nothing waits at, for the next calls
local InFlight = {}
InFlight.__index = InFlight

---@class rtk.NginxCall: rtk.DispatcherWaiter
---@field semaphore table posted with the result
---@field result? rtk.Result
local Call = {}
Call.__index = Call

-- The most semaphores that are kept, because each has a finalizer.
local MOST_SEMAPHORES = 128

--- Creates an empty set of calls.
---@return rtk.NginxInFlight
function in_flight.new()
  return setmetatable({
    entries = {},
    by_dispatcher = {},
    last_number = 0,
    count = 0,
    submit_count = 0,
    semaphores = {},
  }, InFlight)
end

-- Where the waker cannot watch a dispatcher, the reactor's sweeps step it.
local function watch(self, entry)
  local descriptor = entry.dispatcher:fd()
  entry.descriptor, entry.has_descriptor = nil, descriptor ~= nil
  if self.waker and descriptor and self.waker:watch(descriptor, entry.number) then
    entry.descriptor = descriptor
  end
end

--- Has a waker watch all dispatchers.
---@param waker? userdata nil when there is none any more
function InFlight:set_waker(waker)
  self.waker = waker
  for _, entry in pairs(self.entries) do
    watch(self, entry)
  end
end

local function entry_of(self, dispatcher)
  local entry = self.by_dispatcher[dispatcher]
  if entry then return entry end
  self.last_number = self.last_number % 2 ^ 31 + 1
  entry = { dispatcher = dispatcher, number = self.last_number, calls = {}, count = 0 }
  self.by_dispatcher[dispatcher] = entry
  self.entries[entry.number] = entry
  watch(self, entry)
  return entry
end

local function remove(self, call)
  local entry = call.entry
  entry.calls[call.id] = nil
  entry.count = entry.count - 1
  self.count = self.count - 1
  if entry.count > 0 then return end
  self.by_dispatcher[entry.dispatcher] = nil
  self.entries[entry.number] = nil
  if self.waker and entry.descriptor then self.waker:unwatch(entry.descriptor) end
end

--- Stores the result and wakes the call.
---@param result rtk.Result
function Call:receive(result)
  if self.result then return end
  remove(self.owner, self)
  self.result = result
  self.semaphore:post(1)
end

--- Ends the call with kind "cancelled".
---@param message string the reason
function Call:cancel(message)
  if self.result then return end
  self:receive(self.entry.dispatcher:abandon(self.id, message, self.start_time))
end

--- Starts a request.
---@param dispatcher rtk.Dispatcher
---@param request table for the transport's submit
---@return rtk.NginxCall? call
---@return rtk.Result? result when the transport cannot start the request
function InFlight:submit(dispatcher, request)
  local own = table.remove(self.semaphores) or assert(semaphore.new(0))
  local call = setmetatable({ owner = self, semaphore = own }, Call)
  local id, unsent = dispatcher:submit(request, call)
  if not id then return nil, unsent end
  local entry = entry_of(self, dispatcher)
  call.id, call.entry, call.start_time = id, entry, core.now()
  entry.calls[id] = call
  entry.count = entry.count + 1
  self.count = self.count + 1
  self.submit_count = self.submit_count + 1
  -- A transport without a descriptor may have the result already.
  if not entry.has_descriptor then self:step(entry.number) end
  return call
end

--- Keeps the semaphore of a call that was woken: it was posted once, and will not be again.
---@param call rtk.NginxCall
function InFlight:recycle(call)
  local kept = self.semaphores
  if #kept < MOST_SEMAPHORES then kept[#kept + 1] = call.semaphore end
end

--- The number of the only dispatcher with calls.
---@return integer? number nil unless there is exactly one
function InFlight:only_number()
  local number = next(self.entries)
  if number and next(self.entries, number) == nil then return number end
  return nil
end

--- Steps one dispatcher if it still has calls.
---@param number integer the entry's, which the waker reports
---@param limit? integer the most calls to finish
---@return boolean is_busy whether a call finished
---@return boolean? has_more whether others are ready; nil where the transport does not tell
function InFlight:step(number, limit)
  local entry = self.entries[number]
  if not entry then return false, false end
  local ok, count, has_more = pcall(entry.dispatcher.step, entry.dispatcher, 0, limit)
  if ok then return count > 0, has_more end
  -- Most likely out of memory: every caller must learn of it.
  for _, call in pairs(entry.calls) do
    call:cancel(tostring(count))
  end
  return true, false
end

--- Steps every dispatcher.
---@return boolean is_busy whether a call finished
function InFlight:step_all()
  local is_busy = false
  for number in pairs(self.entries) do
    is_busy = self:step(number) or is_busy
  end
  return is_busy
end

--- Ends all calls with kind "cancelled".
---@param message string the reason
function InFlight:cancel_all(message)
  for _, entry in pairs(self.entries) do
    for _, call in pairs(entry.calls) do
      call:cancel(message)
    end
  end
end

--- Cancels the calls that nothing waits for: their request was aborted or their light thread was
--- killed, and nginx tells Lua of neither.
function InFlight:cancel_abandoned()
  for _, entry in pairs(self.entries) do
    for _, call in pairs(entry.calls) do
      if call.semaphore:count() >= 0 then call:cancel("nobody waits for it") end
    end
  end
end

return in_flight
