-- SPDX-License-Identifier: MIT
-- The calls in flight of all transports of one Lua VM: who waits for what.
--
-- A call waits at a semaphore. Whoever steps a transport posts the semaphores
-- of the calls that finished. A transport is known here only while it has
-- calls in flight, so that the hub keeps no client alive. How the hub learns
-- that a transport has something to do is up to the reactor.

local core = require("rtk.core")
local semaphore = require("ngx.semaphore")

local Hub = {}
Hub.__index = Hub

local hub = {}

local function cancelled(message, is_sent, elapsed)
  return { kind = "cancelled", message = message, sent = is_sent, elapsed = elapsed or 0 }
end

--- What comes of a request that nothing was sent of.
---@param message string
---@return table result
function hub.refused(message)
  return cancelled(message, false)
end

--- Makes a hub without calls.
---@return table hub
function hub.new()
  return setmetatable({ entries = {}, by_transport = {}, numbers = 0, count = 0, sends = 0 }, Hub)
end

local function watch(self, entry)
  local descriptor = self.relay and entry.transport:fd()
  -- Without a descriptor the reactor's sweeps have to do.
  if descriptor and self.relay:watch(descriptor, entry.number) then
    entry.descriptor = descriptor
  end
end

--- Has a relay watch all transports; nil when there is none any more.
---@param relay? userdata
function Hub:set_relay(relay)
  self.relay = relay
  for _, entry in pairs(self.entries) do
    entry.descriptor = nil
    watch(self, entry)
  end
end

local function entry_of(self, transport)
  local entry = self.by_transport[transport]
  if entry then return entry end
  self.numbers = self.numbers % 2 ^ 31 + 1
  entry = { transport = transport, number = self.numbers, calls = {}, count = 0 }
  self.by_transport[transport] = entry
  self.entries[entry.number] = entry
  watch(self, entry)
  return entry
end

local function forget(self, entry)
  self.by_transport[entry.transport] = nil
  self.entries[entry.number] = nil
  -- The number of a closed descriptor may be another one's by now.
  if self.relay and entry.descriptor and not entry.is_closed then
    self.relay:unwatch(entry.descriptor)
  end
end

local function remove(self, entry, id)
  entry.calls[id] = nil
  entry.count = entry.count - 1
  self.count = self.count - 1
  if entry.count == 0 then forget(self, entry) end
end

local function finish(self, entry, id, result)
  local call = entry.calls[id]
  if not call then return end
  remove(self, entry, id)
  call.result = result
  call.semaphore:post(1)
end

-- Ends a call from this side. A transport that was closed has ended it already.
local function cancel(self, entry, id, message)
  local call = entry.calls[id]
  local ok, found, is_sent = pcall(entry.transport.cancel, entry.transport, id)
  entry.is_closed = entry.is_closed or not ok
  local sent = not ok or (found and is_sent)
  finish(self, entry, id, cancelled(message, sent, core.now() - call.start))
end

local function cancel_all(self, entry, message)
  for id in pairs(entry.calls) do
    cancel(self, entry, id, message)
  end
end

--- Adds a request that was submitted.
---@param transport table
---@param id integer
---@return table call with semaphore, and with result when that is posted
function Hub:add(transport, id)
  local entry = entry_of(self, transport)
  local call = { semaphore = assert(semaphore.new(0)), start = core.now() }
  entry.calls[id] = call
  entry.count = entry.count + 1
  self.count = self.count + 1
  self.sends = self.sends + 1
  return call
end

--- Hands out what a step returned.
---@param transport table
---@param results table[]
function Hub:deliver(transport, results)
  local entry = self.by_transport[transport]
  if not entry then return end
  for index = 1, #results do
    finish(self, entry, results[index].id, results[index])
  end
end

--- Lets one transport do what there is to do, if it still has calls.
---@param number integer the transport's, which the relay reports
---@return boolean is_busy whether a call finished
function Hub:step(number)
  local entry = self.entries[number]
  if not entry then return false end
  local ok, results = pcall(entry.transport.step, entry.transport, 0)
  if not ok then
    cancel_all(self, entry, tostring(results))
    return true
  end
  self:deliver(entry.transport, results)
  return #results > 0
end

--- The same for every transport.
---@return boolean is_busy whether a call finished
function Hub:step_all()
  local is_busy = false
  for number in pairs(self.entries) do
    is_busy = self:step(number) or is_busy
  end
  return is_busy
end

--- Ends one call.
---@param transport table
---@param id integer
---@param message string why
function Hub:cancel(transport, id, message)
  local entry = self.by_transport[transport]
  if entry and entry.calls[id] then cancel(self, entry, id, message) end
end

--- Ends all calls.
---@param message string why
function Hub:cancel_all(message)
  for _, entry in pairs(self.entries) do
    cancel_all(self, entry, message)
  end
end

--- Ends the calls that nobody waits for any more: their request was aborted
--- or their light thread was killed, neither of which Lua is told.
function Hub:reap()
  for _, entry in pairs(self.entries) do
    for id, call in pairs(entry.calls) do
      if call.semaphore:count() >= 0 then cancel(self, entry, id, "nobody waits for it") end
    end
  end
end

return hub
