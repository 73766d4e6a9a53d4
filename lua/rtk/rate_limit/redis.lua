-- SPDX-License-Identifier: MIT
-- A limiter for all that share a Redis, on any number of machines.
--
-- Each decision is one run of a script in Redis. While Redis is out of reach a
-- limiter of this process alone decides, which has learned from the same
-- replies; Redis is asked again after a pause.

local core = require("rtk.core")
local memory = require("rtk.rate_limit.memory")
local options = require("rtk.rate_limit.options")
local reading = require("rtk.rate_limit.reading")
local script = require("rtk.rate_limit.redis_script")

---@class rtk.RedisLimiterOptions: rtk.LimiterOptions
---@field host? string default 127.0.0.1
---@field port? integer default 6379
---@field path? string of a unix socket, instead of host and port
---@field username? string
---@field password? string
---@field database? integer default 0
---@field key? string of the budget, one for each API token; default "rtk:rate_limit"
---@field timeout? number seconds for one step of talking to Redis; default 0.2
---@field pause? number seconds until a Redis that failed is asked again; default 5

local extra_options = {
  host = { "name", "127.0.0.1" },
  port = { "size", 6379 },
  path = { "name" },
  username = { "name" },
  password = { "string" },
  database = { "count", 0 },
  key = { "name", "rtk:rate_limit" },
  timeout = { "seconds", 0.2 },
  pause = { "seconds", 5 },
}

local ATTEMPTS = 3

---@class rtk.RedisLimiter: rtk.RateLimiter
local Redis = {}
Redis.__index = Redis
Redis.__name = "rtk.rate_limit.redis"

-- The function that logs in. It alone knows the password, so that whoever prints a client
-- in full does not see it.
local function login(username, password, database)
  return function(link)
    if password then
      -- Without a name the user is called default.
      local ok, message = link:call("auth", username or "default", password)
      if not ok then return nil, message end
    end
    if database == 0 then return true end
    return link:call("select", database)
  end
end

local function run(self, link, arguments)
  if not link.is_reused then
    local ok, message = self._log_in(link)
    if not ok then return nil, message end
  end
  local reply, message = script.run(link, self._known, self._options.key, arguments)
  if not reply then return nil, message end
  return tonumber(reply)
end

-- A connection that was kept may have been closed meanwhile: then a new one is tried.
local function ask(self, action, argument)
  local read = self._options
  local arguments = { action, read.quota, read.window, read.reserve, argument }
  local message
  for _ = 1, ATTEMPTS do
    local link, problem, is_transient = self._connector:open()
    if not link then return nil, problem, is_transient end
    local seconds
    seconds, message = run(self, link, arguments)
    if seconds then
      link:release()
      return seconds
    end
    link:close()
    if not link.is_reused or message == "timeout" then break end
  end
  return nil, message
end

local function note_answer(self)
  local was_lost = self._is_lost
  self._answers, self._is_lost, self._resume_at = self._answers + 1, false, 0
  return was_lost and "redis is back, the limit is shared again" or nil
end

local function note_failure(self, problem, answers)
  -- Others have had answers since this was asked.
  if answers ~= self._answers then
    return ("redis did not answer (%s): decided in this process alone"):format(problem)
  end
  local was_lost = self._is_lost
  self._is_lost, self._resume_at = true, core.now() + self._options.pause
  local note = "redis is out of reach (%s): limiting in this process alone"
  return not was_lost and note:format(problem) or nil
end

-- The answer of Redis, or nil when this process has to decide alone; and what there is to tell.
-- Others may ask, and get answers or none, while one waits.
local function try(self, action, argument)
  local now = core.now()
  if now < self._resume_at then return nil end
  -- Who asks first after a pause asks alone.
  if self._is_lost then self._resume_at = now + self._options.pause end
  local answers = self._answers
  local seconds, problem, is_transient = ask(self, action, argument)
  if seconds then return seconds, note_answer(self) end
  if is_transient then return nil, problem end
  return nil, note_failure(self, problem, answers)
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0: send it; else it is not counted: ask again after so long
---@return string? note what there is to tell about the limiter itself
function Redis:admit(request)
  local seconds, note = try(self, "admit", request.priority and "priority" or "-")
  return seconds or self._local:admit(request), note
end

--- Learns from what came of a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function Redis:observe(reply)
  self._local:observe(reply)
  local _, note = try(self, "observe", reading.of(reply))
  return note
end

local function connector_for(read)
  local name = rawget(_G, "ngx") and "redis_cosocket" or "redis_socket"
  return require("rtk.rate_limit." .. name).new(read)
end

local redis = {}

--- Makes a limiter; raises on options that cannot be right. Redis is not asked yet.
---@param given? rtk.RedisLimiterOptions
---@return rtk.RateLimiter limiter
function redis.new(given)
  local read = options.read("rtk.rate_limit.redis", given, extra_options)
  local target = read.path or read.host .. ":" .. read.port
  -- nginx must not give a connection to one who logs in otherwise.
  read.pool = ("rtk:%s:%s:%s"):format(target, read.username or "", read.database)
  local log_in = login(read.username, read.password, read.database)
  read.password = nil
  return setmetatable({
    _options = read,
    _log_in = log_in,
    _connector = connector_for(read),
    _known = {},
    _local = memory.new({ quota = read.quota, window = read.window, reserve = read.reserve }),
    _resume_at = 0,
    _is_lost = false,
    _answers = 0,
  }, Redis)
end

return redis
