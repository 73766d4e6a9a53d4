-- SPDX-License-Identifier: MIT
-- Steps the transports in which somebody waits for something: one mostly, but
-- each client has its own.

local core = require("rtk.core")

local Network = {}
Network.__index = Network

local network = {}

-- Seconds between looks at transports that have no descriptor to wait for,
-- when there are others.
local SHORT_STEP = 0.01

--- Makes a network without transports.
---@return table network
function network.new()
  return setmetatable({ _inboxes = setmetatable({}, { __mode = "k" }) }, Network)
end

--- Has an inbox stepped until nobody waits for anything in it.
---@param inbox table
function Network:add(inbox)
  self._inboxes[inbox] = true
end

--- Whether there is no other inbox than this.
---@param inbox table
---@return boolean
function Network:is_only(inbox)
  local inboxes = self._inboxes
  return next(inboxes) == inbox and next(inboxes, inbox) == nil
end

function Network:_busy()
  local busy = {}
  for inbox in pairs(self._inboxes) do
    if inbox:is_idle() then
      self._inboxes[inbox] = nil
    else
      busy[#busy + 1] = inbox
    end
  end
  return busy
end

local function wait(inboxes, timeout)
  local descriptors = {}
  for _, inbox in ipairs(inboxes) do
    local descriptor = inbox:fd()
    descriptors[#descriptors + 1] = descriptor
    if not descriptor then timeout = math.min(timeout, SHORT_STEP) end
  end
  core.wait(descriptors, timeout)
end

--- Waits until something happens, and hands out what came. From each transport
--- that is one result at most: whoever gets it may start its next request
--- before time is spent on making the other results.
---@param timeout number seconds
---@return boolean waited false when nobody waits for anything
function Network:step(timeout)
  local inboxes, count = self:_busy(), 0
  if #inboxes == 1 then
    inboxes[1]:step(timeout, 1)
    return true
  end
  for _, inbox in ipairs(inboxes) do
    count = count + inbox:step(0, 1)
  end
  if count == 0 and #inboxes > 0 and timeout > 0 then wait(inboxes, timeout) end
  return #inboxes > 0
end

return network
