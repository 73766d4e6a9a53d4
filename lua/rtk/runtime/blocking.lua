-- SPDX-License-Identifier: MIT
-- Waits in plain Lua, where nobody else does it: by blocking, or, in a task, by letting the other
-- tasks run.

local core = require("rtk.core")
local inbox = require("rtk.runtime.dispatcher")
local scheduler = require("rtk.runtime.scheduler")

local Blocking = {}
Blocking.__index = Blocking

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Blocking:send(request)
  local waiter = scheduler.waiter()
  local id, unsent = self._inbox:submit(request, waiter)
  if not id then return unsent end
  return scheduler.receive(waiter, self._inbox, id)
end

--- Waits.
---@param seconds number
function Blocking:sleep(seconds)
  if seconds > 0 then scheduler.sleep(seconds) end
end

--- The monotonic clock.
---@return number seconds
function Blocking:now()
  return core.now()
end

--- Ends the calls in progress with kind "cancelled".
function Blocking:close()
  self._inbox:close()
end

local blocking = {
  --- Runs a function beside the others. See rtk.runtime.
  spawn = scheduler.spawn,
}

--- Makes a blocking runtime on a transport.
---@param transport table
---@return table runtime
function blocking.new(transport)
  return setmetatable({ _inbox = inbox.of(transport) }, Blocking)
end

return blocking
