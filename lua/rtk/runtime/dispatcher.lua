-- SPDX-License-Identifier: MIT
-- Who waits for which request of a transport.
--
-- Whoever steps a transport gets the results of everybody, so there is one
-- inbox for each transport and all runtimes go through it. A waiter is a table
-- with a method receive(result) that notes the result and must not raise. It
-- is held weakly: what nobody waits for any more is cancelled. It is held where
-- no field of a client leads to, because waiters hold results, and tasks those
-- of others.

local core = require("rtk.core")

local Inbox = {}
Inbox.__index = Inbox

local inbox = {}

-- One inbox for each transport, as long as some runtime uses it.
local inboxes = setmetatable({}, { __mode = "v" })

-- The waiters of each inbox by id.
local waiters = setmetatable({}, { __mode = "k" })

-- How many requests may go out before the next look for abandoned ones.
local SWEEP_AFTER = 16

--- The inbox of a transport.
---@param transport table
---@return table inbox
function inbox.of(transport)
  local found = inboxes[transport]
  if found then return found end
  found = setmetatable({
    _transport = transport,
    _ids = {},
    _until_sweep = SWEEP_AFTER,
  }, Inbox)
  inboxes[transport], waiters[found] = found, setmetatable({}, { __mode = "v" })
  return found
end

--- Cancels the requests whose waiters were collected. Finalizers could not do
--- it, because they may run while the transport makes results.
function Inbox:sweep()
  local alive, waiting = 0, waiters[self]
  for id in pairs(self._ids) do
    if waiting[id] then
      alive = alive + 1
    else
      self:cancel(id)
    end
  end
  self._until_sweep = math.max(SWEEP_AFTER, alive)
end

--- Starts a request; the waiter receives its result.
---@param request table what the transport's submit takes
---@param waiter table with a method receive(result)
---@return integer? id nil when the transport cannot start it
---@return table? result what comes of it then; the waiter receives nothing
function Inbox:submit(request, waiter)
  self._until_sweep = self._until_sweep - 1
  if self._until_sweep <= 0 then self:sweep() end
  local id, message = self._transport:submit(request)
  if not id then
    return nil, { kind = "connection", message = message, sent = false, elapsed = 0 }
  end
  self._ids[id], waiters[self][id] = true, waiter
  return id
end

function Inbox:_deliver(id, result)
  local waiter = waiters[self][id]
  self._ids[id], waiters[self][id] = nil, nil
  if waiter then waiter:receive(result) end
end

--- Drives the transport and hands out the results.
---@param timeout number seconds
---@param limit? integer the most results to take; the rest stays for the next step
---@return integer count how many results there were
function Inbox:step(timeout, limit)
  local results = self._transport:step(timeout, limit)
  for index = 1, #results do
    local result = results[index]
    self:_deliver(result.id, result)
  end
  return #results
end

-- Takes a request back from the transport. One that cannot do that will have a
-- result for nobody.
local function take_back(transport, id)
  if transport.cancel then return transport:cancel(id) end
  return true, true
end

--- Gives up on a request; its waiter receives nothing.
---@param id integer
---@return boolean found
---@return boolean? sent whether it may have reached the server
function Inbox:cancel(id)
  if not self._ids[id] then return false end
  self._ids[id], waiters[self][id] = nil, nil
  return take_back(self._transport, id)
end

--- Gives up on a request whatever state the transport is in.
---@param id integer
---@param message string why
---@param began number when it was submitted, as core.now() told
---@return table result for its waiter, which receives nothing
function Inbox:abandon(id, message, began)
  -- Of a transport that was closed nothing is known.
  local ok, found, is_sent = pcall(self.cancel, self, id)
  return {
    kind = "cancelled",
    message = message,
    sent = not ok or found and is_sent or false,
    elapsed = core.now() - began,
  }
end

--- Gives up on all requests; their waiters receive results of kind "cancelled".
function Inbox:close()
  local ids = {}
  for id in pairs(self._ids) do
    ids[#ids + 1] = id
  end
  for _, id in ipairs(ids) do
    local _, sent = take_back(self._transport, id)
    self:_deliver(id, {
      id = id,
      kind = "cancelled",
      message = "the client was closed",
      sent = sent ~= false,
      elapsed = 0,
    })
  end
end

--- Whether nobody waits for anything.
---@return boolean
function Inbox:is_idle()
  return next(waiters[self]) == nil
end

--- The descriptor that is readable when step has something to do.
---@return integer? descriptor nil when this transport has none
function Inbox:fd()
  local transport = self._transport
  return transport.fd and transport:fd() or nil
end

return inbox
