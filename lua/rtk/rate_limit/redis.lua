-- SPDX-License-Identifier: MIT
-- A limiter for all processes that share a Redis, on any number of machines.
--
-- Each decision is one run of a script in Redis. While Redis is unavailable, a limiter of this
-- process decides alone; it has learned from the same replies. Redis is asked again after a pause.
-- Errors that waiting does not fix, such as a wrong password, fail the calls.

local budget_codec = require("rtk.rate_limit.budget_codec")
local core = require("rtk.core")
local memory = require("rtk.rate_limit.memory")
local observation = require("rtk.rate_limit.observation")
local options = require("rtk.rate_limit.options")
local redact = require("rtk.http.redact")
local redis_client = require("rtk.redis.client")
local redis_options = require("rtk.redis.options")
local script = require("rtk.rate_limit.redis_script")

---@class rtk.RedisLimiterOptions: rtk.LimiterOptions, rtk.RedisOptions
---@field key? string of the budget, one for each API token; default "rtk:rate_limit"
---@field pause? number seconds until an unavailable Redis is asked again; default 5

local extra_options = redis_options.with({
  key = { "name", "rtk:rate_limit" },
  pause = { "seconds", 5 },
})

local LOST = "redis is out of reach (%s): limiting in this process alone"
local ALONE = "redis did not answer (%s): decided in this process alone"
local BACK = "redis is back, the limit is shared again"
local REFUSED = "the rate limiter's redis refuses: %s"
local UNREADABLE = "redis: %s held no valid budget of this version; starting a new one"

---@class rtk.RedisLimiter: rtk.RateLimiter
local Redis = {}
Redis.__index = Redis
Redis.__name = "rtk.rate_limit.redis"

-- Both return a note for the events when the state changes.
local function record_reply(self)
  local was_lost = self._is_lost
  self._reply_count, self._is_lost, self._resume_at = self._reply_count + 1, false, 0
  return was_lost and BACK or nil
end

local function record_failure(self, problem, reply_count)
  -- Other calls have got replies since this one asked.
  if reply_count ~= self._reply_count then return ALONE:format(problem) end
  local was_lost = self._is_lost
  self._is_lost, self._resume_at = true, core.now() + self._options.pause
  return not was_lost and LOST:format(problem) or nil
end

-- Returns the seconds to wait, a note, and the seconds to spread over.
local function read(self, reply, reply_count)
  local seconds, spread, is_replaced = script.read_reply(reply)
  if not seconds then return nil, record_failure(self, "unexpected reply", reply_count) end
  local note = record_reply(self)
  if is_replaced then note = UNREADABLE:format(self._key) end
  return seconds, note, spread
end

local function script_arguments(self, action, argument)
  local own = self._options
  -- Encoded as JSON, because the decimal point of tostring depends on the locale.
  return {
    action,
    core.encode(own.quota),
    core.encode(own.window),
    core.encode(own.reserve),
    argument,
  }
end

-- Returns the seconds to wait, or nil when this process must decide alone; a note; and the seconds
-- to spread over, or "permanent". Other calls may ask meanwhile, with any result.
local function try(self, action, argument)
  local now = core.now()
  if now < self._resume_at then return nil end
  -- After a pause only the first call asks.
  if self._is_lost then self._resume_at = now + self._options.pause end
  local reply_count = self._reply_count
  local reply, problem, cause =
    self._client:ask(self._key, script_arguments(self, action, argument))
  if reply then return read(self, reply, reply_count) end
  problem = redact.line(problem)
  if cause == "blocked" then return nil, problem end
  if cause ~= "permanent" then return nil, record_failure(self, problem, reply_count) end
  record_reply(self)
  return nil, REFUSED:format(problem), cause
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number? seconds 0 when the request is counted and may go; else ask again after this time;
---nil after an error that waiting does not fix
---@return string? note about the state of the limiter, or that error
---@return number? spread seconds
function Redis:admit(request)
  local seconds, note, more = try(self, "admit", request.priority and "priority" or "-")
  if seconds then return seconds, note, more end
  if more == "permanent" then return nil, note end
  local own_seconds, _, own_spread = self._local:admit(request)
  return own_seconds, note, own_spread
end

--- Learns from the reply to a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function Redis:observe(reply)
  self._local:observe(reply)
  local _, note = try(self, "observe", observation.encode(reply))
  return note
end

local redis = {}

--- Creates a limiter; raises for invalid options. Does not connect to Redis yet.
---@param given? rtk.RedisLimiterOptions
---@return rtk.RateLimiter limiter
function redis.new(given)
  local all = options.read("rtk.rate_limit.redis", given, extra_options)
  redis_options.check(all)
  local key = ("%s:%d"):format(all.key, budget_codec.VERSION)
  local client = redis_client.open(all, script.text)
  return setmetatable({
    _options = all,
    _client = client,
    _key = key,
    _local = memory.new({ quota = all.quota, window = all.window, reserve = all.reserve }),
    _resume_at = 0,
    _is_lost = false,
    _reply_count = 0,
  }, Redis)
end

return redis
