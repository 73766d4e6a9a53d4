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
  local id = transport:submit(request)
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
  local deadline = core.now() + seconds
  while seconds > 0 do
    core.sleep(seconds)
    seconds = deadline - core.now()
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
