-- SPDX-License-Identifier: MIT
-- A limiter for all workers of one nginx: the budget lies in a lua_shared_dict.
--
-- A worker decides under a lock, which lasts some microseconds since nothing in between waits.
-- Replies are put into a list without any lock; whoever decides next reads them first. The clock
-- is the machine's monotonic one: all workers have it, it never steps back, and it is exact where
-- nginx's own is as old as the last turn of the event loop.

local budget = require("rtk.rate_limit.budget")
local budget_text = require("rtk.rate_limit.budget_text")
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

---@class rtk.SharedDictLimiter: rtk.RateLimiter
local SharedDict = {}
SharedDict.__index = SharedDict
SharedDict.__name = "rtk.rate_limit.shared_dict"

local function lock(self)
  for _ = 1, LOCK_ATTEMPTS do
    if self._dict:add(self._lock, true, LOCK_TIME) then return true end
  end
  return false
end

local function full(self, message)
  return ("lua_shared_dict %s: %s; give it more room"):format(self._name, tostring(message))
end

local function load_state(self)
  local read = self._options
  local text = self._dict:get(self._key)
  if text then return budget_text.unpack(text, read.reserve) end
  return budget.new(read.quota, read.window, read.reserve)
end

local function read_replies(self, state)
  local line = self._dict:lpop(self._replies)
  while line do
    local now, what = line:match("^(%S+) (.*)$")
    budget.observe(state, tonumber(now), what)
    line = self._dict:lpop(self._replies)
  end
end

--- Counts a request if it may go now.
---@param request rtk.RateRequest
---@return number seconds 0: send it; else it is not counted: ask again after so long
---@return string? note what there is to tell about the limiter itself
function SharedDict:admit(request)
  if not lock(self) then return BUSY end
  local state = load_state(self)
  read_replies(self, state)
  local seconds = budget.admit(state, core.now(), request.priority == true)
  local ok, message = self._dict:set(self._key, budget_text.pack(state))
  self._dict:delete(self._lock)
  return seconds, not ok and full(self, message) or nil
end

--- Learns from what came of a request that was counted.
---@param reply rtk.RateReply
---@return string? note
function SharedDict:observe(reply)
  local line = ("%.6f %s"):format(core.now(), reading.of(reply))
  local length, message = self._dict:rpush(self._replies, line)
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
  return setmetatable({
    _dict = find(read.name),
    _name = read.name,
    _options = read,
    _key = read.key .. ":budget",
    _replies = read.key .. ":replies",
    _lock = read.key .. ":lock",
  }, SharedDict)
end

return shared_dict
