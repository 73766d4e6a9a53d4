-- SPDX-License-Identifier: MIT
-- Hands the results of a transport to their waiters.
--
-- A step of a transport returns the results of everyone's requests, so each transport has one
-- dispatcher, and all runtimes use it. It refers to waiters weakly and cancels the requests of
-- collected ones. No field of a client leads to the waiters: they hold results, and tasks hold the
-- results of others.

local core = require("rtk.core")

---@class rtk.DispatcherWaiter
---@field receive fun(self: rtk.DispatcherWaiter, result: rtk.Result) must not raise

---@class rtk.Dispatcher
local Dispatcher = {}
Dispatcher.__index = Dispatcher

local dispatcher = {
  -- Seconds that one step waits at most; it returns earlier when something happens.
  LONGEST_STEP = 60,
}

-- By transport, as long as a runtime uses it.
local dispatchers = setmetatable({}, { __mode = "v" })

-- The waiters of each dispatcher by id.
local waiters = setmetatable({}, { __mode = "k" })

-- The owners of streamed requests by id, likewise: while one is held, no waiter waits.
local owners = setmetatable({}, { __mode = "k" })

-- Requests that wait, between two sweeps for abandoned ones.
local SWEEP_AFTER = 16

--- The dispatcher of a transport.
---@param transport table
---@return rtk.Dispatcher
function dispatcher.of(transport)
  local self = dispatchers[transport]
  if self then return self end
  self = setmetatable({
    _transport = transport,
    _ids = {},
    _until_sweep = SWEEP_AFTER,
  }, Dispatcher)
  dispatchers[transport], waiters[self] = self, setmetatable({}, { __mode = "v" })
  owners[self] = setmetatable({}, { __mode = "v" })
  return self
end

--- Cancels the requests whose waiters, and owners, were collected. Finalizers cannot do this: they
--- may run while the transport creates results.
function Dispatcher:sweep()
  local alive, waiting = 0, waiters[self]
  for id in pairs(self._ids) do
    if waiting[id] or owners[self][id] then
      alive = alive + 1
    else
      self:cancel(id)
    end
  end
  self._until_sweep = math.max(SWEEP_AFTER, alive)
end

-- Starts a request. Its id; and the result, if there is one already: the transport could not start
-- it, or waited for it.
local function start(self, request, timeout)
  local id, result = self._transport:submit(request, timeout)
  if id then return id, result end
  local message = result or "the transport did not take the request"
  return nil, { kind = "connection", message = message, sent = false, elapsed = 0 }
end

local function await(self, id, request, waiter)
  self._ids[id], waiters[self][id] = true, waiter
  if request.owner then owners[self][id] = request.owner end
  self._until_sweep = self._until_sweep - 1
  if self._until_sweep <= 0 then self:sweep() end
end

--- Starts a request; the waiter receives its result.
---@param request table for the transport's submit; `owner` of a streamed one receives what comes
---while it is held
---@param waiter rtk.DispatcherWaiter
---@return integer? id nil when the transport cannot start the request
---@return rtk.Result? result then; the waiter receives nothing
function Dispatcher:submit(request, waiter)
  local id, unsent = start(self, request)
  if unsent then return nil, unsent end
  await(self, id, request, waiter)
  return id
end

local function deliver(self, id, result)
  local receiver = waiters[self][id] or owners[self][id]
  waiters[self][id] = nil
  if not result.held then
    self._ids[id], owners[self][id] = nil, nil
  end
  if receiver then receiver:receive(result) end
end

--- Steps the transport and delivers the results.
---@param timeout number seconds
---@param limit? integer the most results to take; the others wait for the next step
---@return integer count the number of results
---@return boolean? has_more false if nothing else is ready
function Dispatcher:step(timeout, limit)
  local results, has_more = self._transport:step(timeout, limit)
  for index = 1, #results do
    local result = results[index]
    deliver(self, result.id, result)
  end
  return #results, has_more
end

-- How a waiter that blocks receives its result.
local function store(waiter, result)
  waiter.result = result
end

--- Sends one request and blocks until its result is there.
---@param request table for the transport's submit
---@return rtk.Result result
function Dispatcher:send(request)
  -- A transport that has nothing else to do waits in submit; others do not know this timeout.
  local id, result = start(self, request, dispatcher.LONGEST_STEP)
  if result then return result end
  local waiter = { result = false, receive = store }
  await(self, id, request, waiter)
  while not waiter.result do
    self:step(dispatcher.LONGEST_STEP, 1)
  end
  return waiter.result
end

-- A transport without cancel finishes the request, and nobody receives the result.
local function cancel_transfer(transport, id)
  if transport.cancel then return transport:cancel(id) end
  return true, true
end

--- Cancels a request; its waiter receives nothing.
---@param id integer
---@return boolean found
---@return boolean? sent whether the request may have reached the server
function Dispatcher:cancel(id)
  if not self._ids[id] then return false end
  self._ids[id], waiters[self][id] = nil, nil
  owners[self][id] = nil
  return cancel_transfer(self._transport, id)
end

--- Cancels a request in any state of the transport.
---@param id integer
---@param message string the reason
---@param start_time number core.now() at submit
---@return rtk.Result result for the waiter, which receives nothing
function Dispatcher:abandon(id, message, start_time)
  -- cancel raises if the transport was closed; then the request may have been sent.
  local ok, found, is_sent = pcall(self.cancel, self, id)
  return {
    kind = "cancelled",
    message = message,
    sent = not ok or found and is_sent or false,
    elapsed = core.now() - start_time,
  }
end

local CLOSED = "the client was closed"

--- The result of a request that is not sent because its client was closed since its call began: by
--- on_event, or while that waited.
---@return rtk.Result result
function dispatcher.closed_result()
  return { kind = "cancelled", message = CLOSED, sent = false, elapsed = 0 }
end

--- Cancels all requests; their waiters receive results of kind "cancelled".
function Dispatcher:close()
  local ids = {}
  for id in pairs(self._ids) do
    ids[#ids + 1] = id
  end
  for _, id in ipairs(ids) do
    local _, sent = cancel_transfer(self._transport, id)
    deliver(self, id, {
      id = id,
      kind = "cancelled",
      message = CLOSED,
      sent = sent ~= false,
      elapsed = 0,
    })
  end
end

--- Whether there are no waiters.
---@return boolean
function Dispatcher:is_idle()
  return next(waiters[self]) == nil
end

--- The descriptor that is readable when step has something to do.
---@return integer? descriptor nil when the transport has none
function Dispatcher:fd()
  local transport = self._transport
  return transport.fd and transport:fd() or nil
end

return dispatcher
