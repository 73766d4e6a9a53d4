-- SPDX-License-Identifier: MIT
-- A limiter for the clients of one Lua state. Other processes with the same token are known to it
-- only by what replies say.

local budget = require("rtk.rate_limit.budget")
local core = require("rtk.core")
local options = require("rtk.rate_limit.options")
local reading = require("rtk.rate_limit.reading")

---@class rtk.MemoryLimiter: rtk.RateLimiter
local Memory = {}
Memory.__index = Memory
Memory.__name = "rtk.rate_limit.memory"

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0: send it; else it is not counted: ask again after so long
---@return string? note what there is to tell about the limiter itself
---@return number? spread seconds
function Memory:admit(request)
  local now = request.now or core.now()
  local seconds, spread = budget.admit(self._state, now, request.priority == true)
  return seconds, nil, spread
end

--- Learns from what came of a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function Memory:observe(reply)
  budget.observe(self._state, reply.now or core.now(), reading.of(reply))
end

local memory = {}

--- Makes a limiter; raises on options that cannot be right.
---@param given? rtk.LimiterOptions
---@return rtk.RateLimiter limiter
function memory.new(given)
  local read = options.read("rtk.rate_limit.memory", given)
  return setmetatable({ _state = budget.new(read.quota, read.window, read.reserve) }, Memory)
end

return memory
