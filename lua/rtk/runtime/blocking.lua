-- SPDX-License-Identifier: MIT
-- The runtime of plain Lua: a call blocks, and in a task it lets the other tasks run.

local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local scheduler = require("rtk.runtime.scheduler")

local Blocking = {}
Blocking.__index = Blocking

--- Sends one request and waits for its result.
---@param request table for the transport's submit
---@return rtk.Result result
function Blocking:send(request)
  -- Without tasks, nothing else runs meanwhile.
  if not scheduler.has_tasks then return self._dispatcher:send(request) end
  return scheduler.send(self._dispatcher, request)
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

--- Ends the calls in flight with kind "cancelled".
function Blocking:close()
  self._dispatcher:close()
end

---@type rtk.RuntimeModule
local blocking = {
  --- Runs a function concurrently with its caller. See rtk.runtime.
  spawn = function(f)
    return scheduler.spawn(f)
  end,
  keep = scheduler.keep,
}

--- Waits without a client.
---@param seconds number
function blocking.sleep(seconds)
  Blocking:sleep(seconds)
end

--- Creates a blocking runtime on a transport.
---@param transport table
---@return rtk.Runtime runtime
function blocking.new(transport)
  return setmetatable({ _dispatcher = dispatcher.of(transport) }, Blocking)
end

return blocking
