-- SPDX-License-Identifier: MIT
-- One call of a light thread, which waits for the result at a semaphore. Calls are used again, and
-- have all their fields from the start, so that none grows.

local semaphore = require("ngx.semaphore")

---@class rtk.NginxCall: rtk.DispatcherWaiter
---@field owner rtk.NginxInFlight
---@field semaphore table posted once, when there is a result
---@field id integer|false of the request
---@field entry table|false of its dispatcher, in the owner
---@field start_time number by core.now
---@field result rtk.Result|false
---@field next rtk.NginxCall|false in a list of the owner
local Call = {}
Call.__index = Call

local call = {}

--- Creates a call without a request.
---@param owner rtk.NginxInFlight
---@return rtk.NginxCall
function call.new(owner)
  return setmetatable({
    owner = owner,
    semaphore = assert(semaphore.new(0)),
    id = false,
    entry = false,
    start_time = 0,
    result = false,
    next = false,
  }, Call)
end

--- Takes the result; ignores all but the first.
---@param result rtk.Result
function Call:receive(result)
  if self.result then return end
  self.result = result
  self.owner:finish(self)
end

--- Ends the call with kind "cancelled".
---@param message string the reason
function Call:cancel(message)
  if self.result then return end
  self:receive(self.entry.dispatcher:abandon(self.id, message, self.start_time))
end

--- Makes it a call without a request again.
function Call:clear()
  self.id, self.entry, self.result = false, false, false
end

return call
