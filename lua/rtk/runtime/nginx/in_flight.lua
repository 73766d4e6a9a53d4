-- SPDX-License-Identifier: MIT
-- The calls in flight of all clients in one Lua VM.
--
-- A call waits at a semaphore, which is posted when its result arrives, or in a later turn of the
-- reactor. A transport's dispatcher is listed here only while it has calls, so that no client is
-- kept alive. The reactor notices when a dispatcher has something to do.

local calls = require("rtk.runtime.nginx.call")
local core = require("rtk.core")

local in_flight = {}

---@class rtk.NginxInFlight
---@field entries table<integer, table> the dispatchers with calls, by number
---@field count integer calls
---@field submit_count integer calls ever submitted
---@field waker? userdata
---@field is_leaving? boolean the worker is about to exit
---@field is_started? boolean a reactor runs or is about to
---@field has_reactor? boolean a reactor runs
---@field defers? boolean calls are not woken when their result arrives, but by wake
---@field first_due rtk.NginxCall|false the calls to be woken by it, linked by next
---@field last_due rtk.NginxCall|false
---@field idle rtk.NginxCall|false calls that are over, for the next ones, linked likewise
---@field idle_count integer
local InFlight = {}
InFlight.__index = InFlight

-- The most that are kept, because each has a semaphore, which has a finalizer.
local MOST_IDLE = 128

--- Creates an empty set of calls.
---@return rtk.NginxInFlight
function in_flight.new()
  return setmetatable({
    entries = {},
    by_dispatcher = {},
    last_number = 0,
    count = 0,
    submit_count = 0,
    first_due = false,
    last_due = false,
    idle = false,
    idle_count = 0,
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
  entry.calls[call] = nil
  entry.count = entry.count - 1
  self.count = self.count - 1
  if entry.count > 0 then return end
  self.by_dispatcher[entry.dispatcher] = nil
  self.entries[entry.number] = nil
  if self.waker and entry.descriptor then self.waker:unwatch(entry.descriptor) end
end

--- Lets a call that has its result go on, now or when wake is called. Takes no memory.
---@param call rtk.NginxCall
function InFlight:finish(call)
  remove(self, call)
  if not self.defers then
    call.semaphore:post(1)
    return
  end
  if self.last_due then
    self.last_due.next = call
  else
    self.first_due = call
  end
  self.last_due = call
end

--- Wakes the first of the calls that were to be woken later.
---@return boolean is_busy whether there was one
function InFlight:wake()
  local call = self.first_due
  if not call then return false end
  self.first_due, call.next = call.next, false
  if not self.first_due then self.last_due = false end
  call.semaphore:post(1)
  return true
end

-- A call that is over, or a new one.
local function take_idle(self)
  local call = self.idle
  if not call then return calls.new(self) end
  self.idle, call.next = call.next, false
  self.idle_count = self.idle_count - 1
  return call
end

--- Keeps a call that was woken for the next: its semaphore was posted once, and will not be again.
---@param call rtk.NginxCall
function InFlight:recycle(call)
  if self.idle_count >= MOST_IDLE then return end
  call:clear()
  call.next, self.idle = self.idle, call
  self.idle_count = self.idle_count + 1
end

--- Starts a request.
---@param dispatcher rtk.Dispatcher
---@param request table for the transport's submit
---@return rtk.NginxCall? call
---@return rtk.Result? result when the transport cannot start the request
function InFlight:submit(dispatcher, request)
  local call = take_idle(self)
  local id, unsent = dispatcher:submit(request, call)
  if not id then return nil, unsent end
  local entry = entry_of(self, dispatcher)
  call.id, call.entry, call.start_time = id, entry, core.now()
  entry.calls[call] = true
  entry.count = entry.count + 1
  self.count = self.count + 1
  self.submit_count = self.submit_count + 1
  -- A transport without a descriptor may have the result already.
  if not entry.has_descriptor then self:step(entry.number) end
  return call
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
  for call in pairs(entry.calls) do
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
    for call in pairs(entry.calls) do
      call:cancel(message)
    end
  end
end

--- Cancels the calls that nothing waits for: their request was aborted or their light thread was
--- killed, and nginx tells Lua of neither.
function InFlight:cancel_abandoned()
  for _, entry in pairs(self.entries) do
    for call in pairs(entry.calls) do
      if call.semaphore:count() >= 0 then call:cancel("nobody waits for it") end
    end
  end
end

return in_flight
