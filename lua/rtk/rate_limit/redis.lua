-- SPDX-License-Identifier: MIT
-- A limiter for all that share a Redis, on any number of machines.
--
-- Each decision is one run of a script in Redis. While Redis is out of reach a
-- limiter of this process alone decides, which has learned from the same
-- replies; Redis is asked again after a pause. A Redis that refuses, as with a
-- wrong password, is a mistake that waiting does not mend: calls fail and say so.

local budget_codec = require("rtk.rate_limit.budget_codec")
local core = require("rtk.core")
local memory = require("rtk.rate_limit.memory")
local misuse = require("rtk.misuse")
local options = require("rtk.rate_limit.options")
local redact = require("rtk.http.redact")
local reading = require("rtk.rate_limit.reading")
local redis_answer = require("rtk.rate_limit.redis.answer")
local redis_client = require("rtk.rate_limit.redis.client")

---@class rtk.RedisLimiterOptions: rtk.LimiterOptions
---@field host? string default 127.0.0.1
---@field port? integer default 6379
---@field path? string of a unix socket, instead of host and port
---@field tls? boolean talk TLS and check the certificate; default false
---@field ca_file? string certificates to trust with tls; default the system's; inside nginx those
---of the directive lua_ssl_trusted_certificate
---@field username? string
---@field password? string
---@field database? integer default 0
---@field key? string of the budget, one for each API token; default "rtk:rate_limit"
---@field timeout? number seconds for one step of talking to Redis; default 0.2
---@field pause? number seconds until a Redis that failed is asked again; default 5

local extra_options = {
  host = { "name", "127.0.0.1" },
  port = { "port", 6379 },
  path = { "name" },
  tls = { "boolean", false },
  ca_file = { "string" },
  username = { "name" },
  password = { "string" },
  database = { "count", 0 },
  key = { "name", "rtk:rate_limit" },
  timeout = { "seconds", 0.2 },
  pause = { "seconds", 5 },
}

local LOST = "redis is out of reach (%s): limiting in this process alone"
local ALONE = "redis did not answer (%s): decided in this process alone"
local BACK = "redis is back, the limit is shared again"
local REFUSED = "the rate limiter's redis refuses: %s"
local UNREADABLE = "redis: %s held no budget of this version; it begins anew"

---@class rtk.RedisLimiter: rtk.RateLimiter
local Redis = {}
Redis.__index = Redis
Redis.__name = "rtk.rate_limit.redis"

local function note_answer(self)
  local was_lost = self._is_lost
  self._answers, self._is_lost, self._resume_at = self._answers + 1, false, 0
  return was_lost and BACK or nil
end

local function note_failure(self, problem, answers)
  -- Others have had answers since this was asked.
  if answers ~= self._answers then return ALONE:format(problem) end
  local was_lost = self._is_lost
  self._is_lost, self._resume_at = true, core.now() + self._options.pause
  return not was_lost and LOST:format(problem) or nil
end

-- What an answer says: seconds, what there is to tell, and seconds to spread over.
local function read(self, reply, answers)
  local seconds, spread, is_anew = redis_answer.seconds(reply)
  if not seconds then return nil, note_failure(self, "what it answers makes no sense", answers) end
  local note = note_answer(self)
  if is_anew then note = UNREADABLE:format(self._key) end
  return seconds, note, spread
end

local function arguments_of(self, action, argument)
  local own = self._options
  -- As JSON, because the decimal point of tostring depends on the locale.
  return {
    action,
    core.encode(own.quota),
    core.encode(own.window),
    core.encode(own.reserve),
    argument,
  }
end

-- The answer of Redis, or nil when this process has to decide alone; what there is to tell; and
-- seconds to spread over, or "refusal". Others may ask, and get answers or none, while one waits.
local function try(self, action, argument)
  local now = core.now()
  if now < self._resume_at then return nil end
  -- After a pause the first one asks alone.
  if self._is_lost then self._resume_at = now + self._options.pause end
  local answers = self._answers
  local reply, problem, cause = self._client:ask(arguments_of(self, action, argument))
  if reply then return read(self, reply, answers) end
  problem = redact.line(problem)
  if cause == "phase" then return nil, problem end
  if cause ~= "refusal" then return nil, note_failure(self, problem, answers) end
  note_answer(self)
  return nil, REFUSED:format(problem), cause
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number? seconds 0: send it; else it is not counted: ask again after so long; nil when
---Redis refuses, as with a wrong password
---@return string? note what there is to tell about the limiter itself, and why Redis refuses
---@return number? spread seconds
function Redis:admit(request)
  local seconds, note, more = try(self, "admit", request.priority and "priority" or "-")
  if seconds then return seconds, note, more end
  if more == "refusal" then return nil, note end
  local own_seconds, _, own_spread = self._local:admit(request)
  return own_seconds, note, own_spread
end

--- Learns from what came of a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function Redis:observe(reply)
  self._local:observe(reply)
  local _, note = try(self, "observe", reading.of(reply))
  return note
end

local function connector_for(given)
  local name = rawget(_G, "ngx") and "cosocket" or "luasocket"
  return require("rtk.rate_limit.redis." .. name).new(given)
end

local function check_tls(given)
  if given.ca_file and not given.tls then
    misuse.raise("ca_file has no effect without tls = true")
  end
  if given.tls and given.path then misuse.raise("give path or tls, not both") end
end

local redis = {}

--- Makes a limiter; raises on options that cannot be right. Redis is not asked yet.
---@param given? rtk.RedisLimiterOptions
---@return rtk.RateLimiter limiter
function redis.new(given)
  local all = options.read("rtk.rate_limit.redis", given, extra_options)
  check_tls(all)
  local key = ("%s:%d"):format(all.key, budget_codec.VERSION)
  local client = redis_client.new(all, connector_for(all), key)
  all.password = nil
  return setmetatable({
    _options = all,
    _client = client,
    _key = key,
    _local = memory.new({ quota = all.quota, window = all.window, reserve = all.reserve }),
    _resume_at = 0,
    _is_lost = false,
    _answers = 0,
  }, Redis)
end

return redis
