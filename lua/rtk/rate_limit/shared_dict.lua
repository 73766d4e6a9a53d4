-- SPDX-License-Identifier: MIT
-- A limiter for all workers of one nginx; the budget is in a lua_shared_dict.
--
-- A worker decides while it holds a lock, for some microseconds, since nothing in between waits.
-- Replies are appended to a list without a lock; the next decision reads them first. The clock is
-- the machine's monotonic one: all workers share it, it never steps back, and it is exact, while
-- nginx's own clock is as old as the last turn of its event loop.

local budget = require("rtk.rate_limit.budget")
local budget_codec = require("rtk.rate_limit.budget_codec")
local core = require("rtk.core")
local misuse = require("rtk.misuse")
local observation = require("rtk.rate_limit.observation")
local options = require("rtk.rate_limit.options")
local suggest = require("rtk.suggest")

---@class rtk.SharedDictLimiterOptions: rtk.LimiterOptions
---@field name string of the lua_shared_dict
---@field key? string prefix of the budget's keys, one for each API token; default "rtk"

local LOCK_ATTEMPTS = 100 -- some microseconds
local LOCK_TIMEOUT = 2 -- seconds after which the lock of a dead worker expires
local RETRY_INTERVAL = 0.002 -- seconds until a worker that got no lock asks again
local LONGEST_DECISION = 2 -- seconds; a worker may be held up meanwhile
local MICROSECONDS = 1e6 -- per second; times are stored as integers, which no locale changes

local UNREADABLE = "lua_shared_dict %s: %s held no valid budget of this version; starting a new one"

---@class rtk.SharedDictLimiter: rtk.RateLimiter
local SharedDict = {}
SharedDict.__index = SharedDict
SharedDict.__name = "rtk.rate_limit.shared_dict"

-- Locks of this module expire soon. Any other value was stored by someone else.
local function is_foreign_lock(self)
  local seconds = self._dict.ttl and self._dict:ttl(self._lock)
  return seconds ~= nil and (seconds == 0 or seconds > LOCK_TIMEOUT)
end

-- Without room for a lock, a decision without one is better than none.
local function lock(self)
  for _ = 1, LOCK_ATTEMPTS do
    local ok, message = self._dict:add(self._lock, true, LOCK_TIMEOUT)
    if ok or message ~= "exists" then return true end
  end
  if is_foreign_lock(self) then self._dict:delete(self._lock) end
  return false
end

local function full(self, message)
  return ("lua_shared_dict %s: %s; give it more room"):format(self._name, tostring(message))
end

-- Returns the budget, and a note when the stored one is invalid.
local function load_state(self, now)
  local read = self._options
  local text, problem = self._dict:get(self._key)
  local state = budget_codec.unpack(text, read.reserve, now)
  if state then return state end
  local note = UNREADABLE:format(self._name, self._key)
  local is_new = text == nil and problem == nil
  return budget.new(read.quota, read.window, read.reserve), not is_new and note or nil
end

-- Returns the time of a line of the list and the observation in it. A reply to another worker may
-- be later than the time of this decision; one of any other time was stored by someone else.
local function parse(line, now)
  if type(line) ~= "string" then return nil end
  local digits, text = line:match("^(%d+) (.*)$")
  local time = tonumber(digits)
  if not time or time / MICROSECONDS > now + LONGEST_DECISION then return nil end
  return math.min(time / MICROSECONDS, now), text
end

local function read_replies(self, state, now)
  local line = self._dict:lpop(self._replies)
  while line do
    local time, text = parse(line, now)
    if time then budget.observe(state, time, text) end
    line = self._dict:lpop(self._replies)
  end
end

local function decide(self, has_priority)
  local now = core.now()
  local state, note = load_state(self, now)
  read_replies(self, state, now)
  local seconds, spread = budget.admit(state, now, has_priority)
  local ok, message = self._dict:set(self._key, budget_codec.pack(state))
  return seconds, note or not ok and full(self, message) or nil, spread
end

-- Also after an error, so that the next decision does not wait for the lock.
local function unlock(self, ok, ...)
  self._dict:delete(self._lock)
  if not ok then error((...), 0) end
  return ...
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0 when the request is counted and may go; else ask again after this time
---@return string? note about the state of the limiter
---@return number? spread seconds
function SharedDict:admit(request)
  if not lock(self) then return RETRY_INTERVAL end
  return unlock(self, pcall(decide, self, request.priority == true))
end

--- Learns from the reply to a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function SharedDict:observe(reply)
  local line = ("%.0f %s"):format(core.now() * MICROSECONDS, observation.encode(reply))
  local length, message = self._dict:rpush(self._replies, line)
  if message == "value not a list" then
    self._dict:delete(self._replies)
    length, message = self._dict:rpush(self._replies, line)
  end
  return not length and full(self, message) or nil
end

local function find(name)
  local nginx = package.loaded.ngx
  if not nginx then
    misuse.raise("rtk.rate_limit.shared_dict works inside nginx; elsewhere use memory or redis")
  end
  if name == nil then misuse.raise("name of rtk.rate_limit.shared_dict is missing") end
  local names = suggest.names(nginx.shared)
  local clause = #names > 0 and suggest.clause(name, names) or ""
  return nginx.shared[name]
    or misuse.raise(
      ("nginx has no lua_shared_dict %s: put lua_shared_dict %s 64k; into http {}%s"):format(
        name,
        name,
        clause
      )
    )
end

local shared_dict = {}

--- Creates a limiter; raises for invalid options.
---@param given rtk.SharedDictLimiterOptions
---@return rtk.RateLimiter limiter
function shared_dict.new(given)
  local read = options.read("rtk.rate_limit.shared_dict", given, {
    name = { "name" },
    key = { "name", "rtk" },
  })
  local prefix = ("%s:%d:"):format(read.key, budget_codec.VERSION)
  return setmetatable({
    _dict = find(read.name),
    _name = read.name,
    _options = read,
    _key = prefix .. "budget",
    _replies = prefix .. "replies",
    _lock = prefix .. "lock",
  }, SharedDict)
end

return shared_dict
