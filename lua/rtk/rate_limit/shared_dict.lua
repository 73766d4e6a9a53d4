-- SPDX-License-Identifier: MIT
-- A limiter for all workers of one nginx: the budget lies in a lua_shared_dict.
--
-- A worker decides under a lock, which lasts some microseconds since nothing in between waits.
-- Replies are put into a list without any lock; the next decision reads them first. The clock
-- is the machine's monotonic one: all workers have it, it never steps back, and it is exact where
-- nginx's own is as old as the last turn of the event loop.

local budget = require("rtk.rate_limit.budget")
local budget_codec = require("rtk.rate_limit.budget_codec")
local core = require("rtk.core")
local misuse = require("rtk.misuse")
local options = require("rtk.rate_limit.options")
local reading = require("rtk.rate_limit.reading")
local suggest = require("rtk.suggest")

---@class rtk.SharedDictLimiterOptions: rtk.LimiterOptions
---@field name string of the lua_shared_dict
---@field key? string the budget in it, one for each API token; default "rtk"

local LOCK_ATTEMPTS = 100 -- some microseconds
local LOCK_TIME = 2 -- seconds after which the lock of a worker that died is void
local BUSY = 0.002 -- seconds
local MICROSECOND = 1e6 -- of a second; moments are whole numbers, which no locale changes

local UNREADABLE = "lua_shared_dict %s: %s held no budget of this version; it begins anew"

---@class rtk.SharedDictLimiter: rtk.RateLimiter
local SharedDict = {}
SharedDict.__index = SharedDict
SharedDict.__name = "rtk.rate_limit.shared_dict"

-- Locks of this module end soon by themselves. Any other was put there by somebody else.
local function is_strange(self)
  local seconds = self._dict.ttl and self._dict:ttl(self._lock)
  return seconds ~= nil and (seconds == 0 or seconds > LOCK_TIME)
end

-- Where there is no room for a lock, a decision without one is better than none.
local function lock(self)
  for _ = 1, LOCK_ATTEMPTS do
    local ok, message = self._dict:add(self._lock, true, LOCK_TIME)
    if ok or message ~= "exists" then return true end
  end
  if is_strange(self) then self._dict:delete(self._lock) end
  return false
end

local function full(self, message)
  return ("lua_shared_dict %s: %s; give it more room"):format(self._name, tostring(message))
end

-- The budget, and what to tell when the one in the dictionary is no good.
local function load_state(self, now)
  local read = self._options
  local text, problem = self._dict:get(self._key)
  local state = budget_codec.unpack(text, read.reserve, now)
  if state then return state end
  local note = UNREADABLE:format(self._name, self._key)
  local is_new = text == nil and problem == nil
  return budget.new(read.quota, read.window, read.reserve), not is_new and note or nil
end

-- When a reply was put into the list, and what it says.
local function parse(line, now)
  if type(line) ~= "string" then return nil end
  local digits, what = line:match("^(%d+) (.*)$")
  local moment = tonumber(digits)
  if not moment or moment / MICROSECOND > now then return nil end
  return moment / MICROSECOND, what
end

local function read_replies(self, state, now)
  local line = self._dict:lpop(self._replies)
  while line do
    local moment, what = parse(line, now)
    if moment then budget.observe(state, moment, what) end
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

-- Whatever becomes of a decision, the next one must not wait for the lock.
local function unlock(self, ok, ...)
  self._dict:delete(self._lock)
  if not ok then error((...), 0) end
  return ...
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0: send it; else it is not counted: ask again after so long
---@return string? note what there is to tell about the limiter itself
---@return number? spread seconds
function SharedDict:admit(request)
  if not lock(self) then return BUSY end
  return unlock(self, pcall(decide, self, request.priority == true))
end

--- Learns from what came of a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function SharedDict:observe(reply)
  local line = ("%.0f %s"):format(core.now() * MICROSECOND, reading.of(reply))
  local length, message = self._dict:rpush(self._replies, line)
  if message == "value not a list" then
    self._dict:delete(self._replies)
    length, message = self._dict:rpush(self._replies, line)
  end
  return not length and full(self, message) or nil
end

local function find(name)
  local nginx = rawget(_G, "ngx")
  if not nginx then
    misuse.raise("rtk.rate_limit.shared_dict works inside nginx; elsewhere use memory or redis")
  end
  if name == nil then misuse.raise("name of rtk.rate_limit.shared_dict is missing") end
  local names = {}
  for known in pairs(nginx.shared) do
    names[#names + 1] = known
  end
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

--- Makes a limiter; raises on options that cannot be right.
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
