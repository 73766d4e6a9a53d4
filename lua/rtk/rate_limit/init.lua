-- SPDX-License-Identifier: MIT
-- rtk.rate_limit: the constructors of limiters, which hold requests back before the API blocks
-- their token. A limiter's module is loaded when it is first used.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

local rate_limit = {}

--- A limiter for the clients of one Lua state.
---@param options? rtk.LimiterOptions
---@return rtk.RateLimiter limiter
function rate_limit.memory(options)
  return require("rtk.rate_limit.memory").new(options)
end

--- A limiter for all workers of one nginx.
---@param options rtk.SharedDictLimiterOptions
---@return rtk.RateLimiter limiter
function rate_limit.shared_dict(options)
  return require("rtk.rate_limit.shared_dict").new(options)
end

--- A limiter for all processes that share a Redis.
---@param options? rtk.RedisLimiterOptions
---@return rtk.RateLimiter limiter
function rate_limit.redis(options)
  return require("rtk.rate_limit.redis").new(options)
end

return setmetatable(rate_limit, {
  __index = function(_, name)
    local clause = suggest.clause(tostring(name), { "memory", "redis", "shared_dict" })
    misuse.raise("rtk.rate_limit has no " .. tostring(name) .. clause)
  end,
})
