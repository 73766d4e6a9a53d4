-- SPDX-License-Identifier: MIT
-- The runtime inside nginx: a call in a phase that can wait, or in a timer, lets the worker serve
-- its other requests. In the other phases calls fail before anything is sent, unless the client
-- may block.

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local in_flight = require("rtk.runtime.nginx.in_flight")
local phase = require("rtk.runtime.nginx.phase")
local reactor = require("rtk.runtime.nginx.reactor")
local task = require("rtk.runtime.nginx.task")

local ngx = package.loaded.ngx

---@type rtk.RuntimeModule
local nginx = {
  --- Runs a function concurrently with its caller. See rtk.runtime.
  spawn = task.spawn,
}

local Nginx = {}
Nginx.__index = Nginx

-- One for all clients of the VM, because its waker has a thread.
local calls = in_flight.new()

-- Seconds past a request's timeout, which transports enforce themselves, in case one fails to.
local GRACE = 5

-- Seconds within which a reactor must have started.
local START_TIMEOUT = 1

local function unsent_result(reason)
  return { kind = "cancelled", message = "not sent: " .. reason, sent = false, elapsed = 0 }
end

-- Waits for a call's semaphore. Returns a message when nginx ended the wait, or true when the
-- semaphore was posted.
local function wait(call, seconds)
  local longest = math.min(seconds, phase.LONGEST_WAIT)
  local left, was_posted = longest, nil
  while not call.result do
    if left <= 0 then return "timeout" end
    local timeout = calls.has_reactor and left or math.min(left, START_TIMEOUT)
    local ok, message = call.semaphore:wait(timeout)
    was_posted = ok
    if not ok then
      if message ~= "timeout" then return message end
      reactor.restart(calls)
      left = call.start_time + longest - core.now()
    end
  end
  return nil, was_posted
end

local function send(own_dispatcher, request)
  local current = task.current()
  if current and current.is_cancelled then return unsent_result("the task was cancelled") end
  local ok, message = reactor.start(calls)
  if not ok then return unsent_result("nginx has no timer for it: " .. message) end
  local call, unsent = calls:submit(own_dispatcher, request)
  if not call then return unsent end
  if current then current.call = call end
  local failure, was_posted = wait(call, request.timeout + GRACE)
  if current then current.call = nil end
  if failure then call:cancel("nginx ended the wait: " .. failure) end
  local result = call.result
  if was_posted then calls:recycle(call) end
  return result
end

--- Why a call cannot wait here; nil when it can.
---@return string? reason
function Nginx:blocked_reason()
  return not self._blocking and phase.blocked_reason() or nil
end

--- Sends one request and waits for its result.
---@param request table for the transport's submit
---@return rtk.Result result
function Nginx:send(request)
  local reason = phase.blocked_reason()
  if not reason then return send(self._dispatcher, request) end
  if self._blocking then return self._blocking:send(request) end
  return unsent_result(reason)
end

--- Waits without a client.
---@param seconds number
---@return string? reason why the caller cannot wait here
function nginx.sleep(seconds)
  local place, current = phase.blocked_place(), task.current()
  if place then return ("nginx cannot wait %s; sleep in ngx.timer.at(0, f)"):format(place) end
  if not current then
    ngx.sleep(seconds)
  elseif not current:sleep(seconds) then
    return "the task was cancelled"
  end
  return nil
end

--- Waits. Returns at once where the wait would block nginx and must not.
---@param seconds number
function Nginx:sleep(seconds)
  if not phase.blocked_place() then
    nginx.sleep(seconds)
  elseif self._blocking then
    self._blocking:sleep(seconds)
  end
end

--- The monotonic clock.
---@return number seconds
function Nginx:now()
  return core.now()
end

--- Ends the calls in flight with kind "cancelled".
function Nginx:close()
  self._dispatcher:close()
end

--- Creates a runtime on a transport.
---@param transport table
---@param options? { allow_blocking?: boolean }
---@return rtk.Runtime runtime
function nginx.new(transport, options)
  local may_block = options and options.allow_blocking
  return setmetatable({
    _dispatcher = dispatcher.of(transport),
    _blocking = may_block and blocking.new(transport),
  }, Nginx)
end

return nginx
