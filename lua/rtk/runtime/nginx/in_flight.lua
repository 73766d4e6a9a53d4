-- SPDX-License-Identifier: MIT
-- The calls in flight of all clients in one Lua VM: who waits for what.
--
-- A call waits at a semaphore, which is posted when its result comes. The
-- inbox of a transport is known here only while it has such calls, so that
-- the hub keeps no client alive. How the hub learns that an inbox has
-- something to do is up to the reactor.

local core = require("rtk.core")
local semaphore = require("ngx.semaphore")

local hub = {}

local Hub = {}
Hub.__index = Hub

-- One call in flight: what an inbox knows as a waiter.
local Call = {}
Call.__index = Call

--- Makes a hub without calls.
---@return table hub
function hub.new()
  return setmetatable({
    entries = {},
    by_inbox = {},
    numbers = 0,
    count = 0,
    sends = 0,
    -- Calls that have their results and are yet to be woken, for while wakes_later is set.
    finished = {},
    wakes_later = false,
  }, Hub)
end

-- Where this is not possible the reactor's sweeps have to do.
local function watch(self, entry)
  local descriptor = entry.inbox:fd()
  entry.descriptor = nil
  if self.relay and descriptor and self.relay:watch(descriptor, entry.number) then
    entry.descriptor = descriptor
  end
end

--- Has a relay watch all inboxes; nil when there is none any more.
---@param relay? userdata
function Hub:set_relay(relay)
  self.relay = relay
  for _, entry in pairs(self.entries) do
    watch(self, entry)
  end
end

local function entry_of(self, inbox)
  local entry = self.by_inbox[inbox]
  if entry then return entry end
  self.numbers = self.numbers % 2 ^ 31 + 1
  entry = { inbox = inbox, number = self.numbers, calls = {}, count = 0 }
  self.by_inbox[inbox] = entry
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
  self.by_inbox[entry.inbox] = nil
  self.entries[entry.number] = nil
  if self.relay and entry.descriptor then self.relay:unwatch(entry.descriptor) end
end

--- Takes the result, and wakes whoever waits for it.
---@param result table
function Call:receive(result)
  if self.result then return end
  remove(self.hub, self)
  self.result = result
  if self.hub.wakes_later then
    table.insert(self.hub.finished, self)
  else
    self.semaphore:post(1)
  end
end

--- Ends the call from this side.
---@param message string why
function Call:cancel(message)
  if self.result then return end
  self:receive(self.entry.inbox:abandon(self.id, message, self.start))
end

--- Starts a request.
---@param inbox table
---@param request table what a transport's submit takes
---@return table? call with semaphore, and with result when that is posted
---@return table? result what comes of it when the transport cannot start it
function Hub:submit(inbox, request)
  local call = setmetatable({ hub = self, semaphore = assert(semaphore.new(0)) }, Call)
  local id, unsent = inbox:submit(request, call)
  if not id then return nil, unsent end
  local entry = entry_of(self, inbox)
  call.id, call.entry, call.start = id, entry, core.now()
  entry.calls[id] = call
  entry.count = entry.count + 1
  self.count = self.count + 1
  self.sends = self.sends + 1
  -- What has no descriptor may not need to be waited for.
  if not entry.descriptor then self:step(entry.number) end
  return call
end

--- Lets one inbox do what there is to do, if it still has calls.
---@param number integer the inbox's, which the relay reports
---@param limit? integer the most calls to finish
---@return boolean is_busy whether a call finished
function Hub:step(number, limit)
  local entry = self.entries[number]
  if not entry then return false end
  local ok, count = pcall(entry.inbox.step, entry.inbox, 0, limit)
  if ok then return count > 0 end
  -- Out of memory, in all likelihood. Whoever called must be told.
  for _, call in pairs(entry.calls) do
    call:cancel(tostring(count))
  end
  return true
end

--- The same for every inbox.
---@return boolean is_busy whether a call finished
function Hub:step_all()
  local is_busy = false
  for number in pairs(self.entries) do
    is_busy = self:step(number) or is_busy
  end
  return is_busy
end

--- Whether there are calls to be woken.
---@return boolean
function Hub:has_finished()
  return self.finished[1] ~= nil
end

--- Wakes the first of them.
---@return boolean has_woken whether there was one
function Hub:wake_next()
  local call = table.remove(self.finished, 1)
  if call then call.semaphore:post(1) end
  return call ~= nil
end

--- Wakes all of them, and from now on each at once.
function Hub:wake_all()
  self.wakes_later = false
  repeat
    local has_woken = self:wake_next()
  until not has_woken
end

--- Ends all calls.
---@param message string why
function Hub:cancel_all(message)
  for _, entry in pairs(self.entries) do
    for _, call in pairs(entry.calls) do
      call:cancel(message)
    end
  end
end

--- Ends the calls that nobody waits for any more: their request was aborted
--- or their light thread was killed, neither of which Lua is told.
function Hub:reap()
  for _, entry in pairs(self.entries) do
    for _, call in pairs(entry.calls) do
      if call.semaphore:count() >= 0 then call:cancel("nobody waits for it") end
    end
  end
end

return hub
