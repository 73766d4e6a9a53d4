-- SPDX-License-Identifier: MIT
-- Waits by blocking: for scripts that do one thing at a time.
--
-- A runtime is what a client waits with: send, sleep and now. This one drives
-- the transport itself until the reply is there.

local core = require("rtk.core")

local Blocking = {}
Blocking.__index = Blocking

-- A step returns sooner when something happens; this only bounds one wait.
local LONGEST_STEP = 60

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Blocking:send(request)
  local transport = self._transport
  local id, message = transport:submit(request)
  if not id then return { kind = "connection", message = message, sent = false, elapsed = 0 } end
  while true do
    local results = transport:step(LONGEST_STEP)
    for index = 1, #results do
      if results[index].id == id then return results[index] end
    end
  end
end

--- Waits.
---@param seconds number
function Blocking:sleep(seconds)
  -- A signal ends the sleep early, so that Lua can run the signal's hook.
  while seconds > 0 do
    seconds = core.sleep(seconds)
  end
end

--- The monotonic clock.
---@return number seconds
function Blocking:now()
  return core.now()
end

local blocking = {}

--- Makes a blocking runtime on a transport.
---@param transport table
---@return table runtime
function blocking.new(transport)
  return setmetatable({ _transport = transport }, Blocking)
end

return blocking
