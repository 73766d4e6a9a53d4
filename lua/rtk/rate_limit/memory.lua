-- SPDX-License-Identifier: MIT
-- A limiter for the clients of one Lua state. It notices other processes with the same token only
-- by what replies say.

local budget = require("rtk.rate_limit.budget")
local core = require("rtk.core")
local observation = require("rtk.rate_limit.observation")
local options = require("rtk.rate_limit.options")

---@class rtk.MemoryLimiter: rtk.RateLimiter
local Memory = {}
Memory.__index = Memory
Memory.__name = "rtk.rate_limit.memory"

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0 when the request is counted and may go; else ask again after this time
---@return string? note never given
---@return number? spread seconds
function Memory:admit(request)
  local now = request.now or core.now()
  local seconds, spread = budget.admit(self._state, now, request.priority == true)
  return seconds, nil, spread
end

--- Learns from the reply to a request that was counted.
---@param reply rtk.RateReply
function Memory:observe(reply)
  budget.observe(self._state, reply.now or core.now(), observation.encode(reply))
end

local memory = {}

--- Creates a limiter; raises for invalid options.
---@param given? rtk.LimiterOptions
---@return rtk.RateLimiter limiter
function memory.new(given)
  local read = options.read("rtk.rate_limit.memory", given)
  return setmetatable({ _state = budget.new(read.quota, read.window, read.reserve) }, Memory)
end

return memory
