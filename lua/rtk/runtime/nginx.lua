-- SPDX-License-Identifier: MIT
-- Waits as nginx does: a call in rewrite, access, content or a timer yields to
-- the worker's other requests.
--
-- The other phases cannot wait. Calls there fail before anything is sent,
-- unless the client may block.

local core = require("rtk.core")
local hub = require("rtk.runtime.nginx.hub")
local phase = require("rtk.runtime.nginx.phase")
local reactor = require("rtk.runtime.nginx.reactor")

local Nginx = {}
Nginx.__index = Nginx

-- One for all clients of the VM, because it takes a thread.
local shared = hub.new()

-- Seconds. Transports keep deadlines themselves; this is for when one fails to.
local GRACE = 5

-- Seconds after which a reactor must have begun.
local PATIENCE = 1

-- Seconds; what nginx takes, in milliseconds, is a little more.
local LONGEST_WAIT = 2000000

-- Seconds. A step returns sooner when something happens.
local LONGEST_STEP = 60

local function submit(transport, request)
  local id, message = transport:submit(request)
  if id then return id end
  return nil, { kind = "connection", message = message, sent = false, elapsed = 0 }
end

-- Waits for a call's semaphore.
local function wait(call, seconds)
  local limit = core.now() + math.min(seconds, LONGEST_WAIT)
  while not call.result do
    local left = limit - core.now()
    if left <= 0 then return nil, "timeout" end
    local patience = shared.has_begun and left or math.min(left, PATIENCE)
    local ok, why = call.semaphore:wait(patience)
    if not ok and why ~= "timeout" then return nil, why end
    if not ok then reactor.replace(shared) end
  end
  return true
end

local function send_yielding(transport, request)
  local ok, message = reactor.start(shared)
  if not ok then return hub.refused("not sent: nginx has no timer for it: " .. message) end
  local id, failure = submit(transport, request)
  if not id then return failure end
  local call = shared:add(transport, id)
  ok, message = wait(call, request.timeout + GRACE)
  if not ok then shared:cancel(transport, id, "nginx ended the wait: " .. message) end
  return call.result
end

local function send_blocking(transport, request)
  local id, failure = submit(transport, request)
  if not id then return failure end
  while true do
    local results = transport:step(LONGEST_STEP)
    shared:deliver(transport, results)
    for index = 1, #results do
      if results[index].id == id then return results[index] end
    end
  end
end

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Nginx:send(request)
  local refusal = phase.refusal()
  if not refusal then return send_yielding(self._transport, request) end
  if self._allow_blocking then return send_blocking(self._transport, request) end
  return hub.refused(refusal)
end

--- Waits; not at all where that would block nginx and must not.
---@param seconds number
function Nginx:sleep(seconds)
  if not phase.refusal() then return ngx.sleep(seconds) end
  if not self._allow_blocking then return end
  -- A signal ends the sleep early.
  while seconds > 0 do
    seconds = core.sleep(seconds)
  end
end

--- The monotonic clock.
---@return number seconds
function Nginx:now()
  return core.now()
end

local nginx = {}

--- Makes a runtime on a transport.
---@param transport table
---@param options? { allow_blocking?: boolean }
---@return table runtime
function nginx.new(transport, options)
  return setmetatable({
    _transport = transport,
    _allow_blocking = options and options.allow_blocking or false,
  }, Nginx)
end

return nginx
