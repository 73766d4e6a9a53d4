-- SPDX-License-Identifier: MIT
-- Limiters in Redis, and short forms of their methods.

local core = require("rtk.core")
local rtk = require("rtk")

local redis_limiter = {}

--- Makes a limiter on a spec's own server. A loaded machine may make Redis slow; only specs of
--- slowness have a short timeout.
---@param server { port: integer }
---@param options? rtk.RedisLimiterOptions
---@return rtk.RateLimiter limiter
function redis_limiter.new(server, options)
  local all = { port = server.port, timeout = 300, quota = 100 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return rtk.rate_limit.redis(all)
end

--- Asks for one request.
---@param self rtk.RateLimiter
---@param priority? boolean
---@return number seconds
---@return string? note
function redis_limiter.admit(self, priority)
  return self:admit({ now = core.now(), priority = priority or false })
end

--- Shows it a reply.
---@param self rtk.RateLimiter
---@param reply table
---@return string? note
function redis_limiter.observe(self, reply)
  reply.now, reply.headers = core.now(), reply.headers or {}
  return self:observe(reply)
end

--- How many requests may go at once.
---@param self rtk.RateLimiter
---@return integer
function redis_limiter.count(self)
  for sent = 0, 1000 do
    if redis_limiter.admit(self) > 0 then return sent end
  end
  error("nothing limits them")
end

return redis_limiter
