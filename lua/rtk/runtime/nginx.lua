-- SPDX-License-Identifier: MIT
-- Waits as nginx does: a call in rewrite, access, content or a timer yields to
-- the worker's other requests.
--
-- The other phases cannot wait. Calls there fail before anything is sent,
-- unless the client may block.

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")
local hub = require("rtk.runtime.nginx.in_flight")
local inbox = require("rtk.runtime.dispatcher")
local phase = require("rtk.runtime.nginx.phase")
local reactor = require("rtk.runtime.nginx.reactor")
local task = require("rtk.runtime.nginx.task")

local Nginx = {}
Nginx.__index = Nginx

-- One for all clients of the VM, because it takes a thread.
local shared = hub.new()

-- Seconds. Transports keep deadlines themselves; this is for when one fails to.
local GRACE = 5

-- Seconds after which a reactor must have begun.
local PATIENCE = 1

local function refused(message)
  return { kind = "cancelled", message = "not sent: " .. message, sent = false, elapsed = 0 }
end

-- Waits for a call's semaphore. Returns what nginx ended the wait with, if it did.
local function wait(call, seconds)
  local limit = core.now() + math.min(seconds, phase.LONGEST_WAIT)
  while not call.result do
    local left = limit - core.now()
    if left <= 0 then return "timeout" end
    local patience = shared.has_begun and left or math.min(left, PATIENCE)
    local ok, why = call.semaphore:wait(patience)
    if not ok and why ~= "timeout" then return why end
    if not ok then reactor.replace(shared) end
  end
end

local function send(box, request)
  local current = task.current()
  if current and current.is_cancelled then return refused("the task was cancelled") end
  local ok, message = reactor.start(shared)
  if not ok then return refused("nginx has no timer for it: " .. message) end
  local call, unsent = shared:submit(box, request)
  if not call then return unsent end
  if current then current.call = call end
  local why = wait(call, request.timeout + GRACE)
  if current then current.call = nil end
  if why then call:cancel("nginx ended the wait: " .. why) end
  return call.result
end

--- Why a call cannot be made here and now, or nil when it can.
---@return string? reason
function Nginx:refusal()
  return not self._blocking and phase.refusal() or nil
end

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Nginx:send(request)
  local refusal = phase.refusal()
  if not refusal then return send(self._inbox, request) end
  if self._blocking then return self._blocking:send(request) end
  return refused(refusal)
end

--- Waits; not at all where that would block nginx and must not.
---@param seconds number
function Nginx:sleep(seconds)
  local current = task.current()
  if phase.refusal() then
    if self._blocking then self._blocking:sleep(seconds) end
  elseif current then
    current:sleep(seconds)
  else
    ngx.sleep(seconds)
  end
end

--- The monotonic clock.
---@return number seconds
function Nginx:now()
  return core.now()
end

--- Ends the calls in progress with kind "cancelled".
function Nginx:close()
  self._inbox:close()
end

local nginx = {
  --- Runs a function beside the others. See rtk.runtime.
  spawn = task.spawn,
}

--- Makes a runtime on a transport.
---@param transport table
---@param options? { allow_blocking?: boolean }
---@return table runtime
function nginx.new(transport, options)
  local may_block = options and options.allow_blocking
  return setmetatable({
    _inbox = inbox.of(transport),
    _blocking = may_block and blocking.new(transport),
  }, Nginx)
end

return nginx
