-- SPDX-License-Identifier: MIT
-- Locks by key, on a store: the one who adds the value of a key holds its lock.
--
-- A lock ends by itself after its time, in case its process dies. So a process that is slow may
-- hold it no longer than it thinks: every lock has a token, a number higher than those of all
-- earlier locks of the key, and only the holder can release or extend a lock.

local core = require("rtk.core")
local errors = require("rtk.errors")
local misuse = require("rtk.misuse")
local redis_options = require("rtk.redis.options")
local runtime = require("rtk.runtime")
local validate = require("rtk.validate")

---@class rtk.OnceOptions
---@field ttl? number seconds after which a lock ends by itself; default 60
---@field wait? number seconds to wait for a lock at most; default 30

---@class rtk.MemoryOnceOptions: rtk.OnceOptions

---@class rtk.SharedDictOnceOptions: rtk.OnceOptions
---@field name string of the lua_shared_dict, best one of its own: a full one drops old values
---@field key? string prefix of the keys; default "rtk:once:"

---@class rtk.RedisOnceOptions: rtk.OnceOptions, rtk.RedisOptions
---@field key? string prefix of the keys; default "rtk:once:"

---@class rtk.Lock what the function that once:run runs receives
---@field key string
---@field token integer higher than those of all earlier locks of the key
---@field package _once rtk.Once
---@field package _owner string
local Lock = {}
Lock.__name = "rtk.Lock"

---@class rtk.Once
---@field package _store rtk.Store
---@field package _ttl number
---@field package _wait number
local Once = {}
Once.__name = "rtk.Once"

local lock = {}

local PREFIX = "rtk:once:"
local SIZE = 1000 -- values of memory between two looks for those that have expired

-- Numbers begin with the time in milliseconds and grow slower than it. So one that was forgotten
-- goes on with a higher one, unless the clocks of two machines differ by more than this.
local NUMBER_TTL = 600 -- seconds
local MOST_TRIES = 1000

local SHORTEST_PAUSE, FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.005, 0.25 -- seconds

local rules = {
  ttl = { "seconds", 60 },
  wait = { "number", 30 },
}

-- Changes a number, unless another process was faster.
local function set_number(store, name, before, text)
  if before then return store:swap(name, before, text, NUMBER_TTL) end
  return store:add(name, text, NUMBER_TTL)
end

-- A number that is higher than all before it.
local function next_number(self, key)
  local store, name = self._store, "number:" .. key
  for _ = 1, MOST_TRIES do
    local before, message = store:get(name)
    if message then return nil, message end
    local number = before and tonumber(before) + 1 or os.time() * 1000
    local done, why = set_number(store, name, before, ("%d"):format(number))
    if done == nil then return nil, why end
    if done then return number end
  end
  return nil, "too many others take a number at once"
end

--- Whether the lock has not ended.
---@return boolean? is_held nil when the store cannot say
---@return string? message
function Lock:is_held()
  local value, message = self._once._store:get("lock:" .. self.key)
  if message then return nil, message end
  return value == self._owner
end

--- Lets the lock end later.
---@param seconds? number from now on; default the ttl
---@return boolean? ok false when it has ended already
---@return string? message
function Lock:extend(seconds)
  if seconds ~= nil then validate.seconds("seconds", seconds) end
  local once, owner = self._once, self._owner
  return once._store:swap("lock:" .. self.key, owner, owner, seconds or once._ttl)
end

local function failed(kind, message, reason)
  local err = errors.of_wait(kind, "rtk.once: " .. message, reason)
  return nil, err.message, err
end

-- Waits for the lock of a key.
local function acquire(self, key, owner, wait)
  local name, pause = "lock:" .. key, FIRST_PAUSE
  local latest = core.now() + wait
  while true do
    local is_ours, found = self._store:add(name, owner, self._ttl)
    -- Redis is asked again when an answer is lost, and then has ours already.
    if is_ours or is_ours == false and found == owner then return true end
    if is_ours == nil then
      -- Perhaps it is ours all the same.
      self._store:swap(name, owner, nil)
      return failed("connection", found, "store")
    end
    local left = latest - core.now()
    if left <= 0 then return failed("timeout", "others held the lock for too long", "locked") end
    local reason = runtime.sleep(math.max(SHORTEST_PAUSE, math.min(pause, left)))
    if reason then return failed("cancelled", reason, "locked") end
    pause = math.min(pause * 2, LONGEST_PAUSE)
  end
end

local function take(self, key, wait)
  local number, message = next_number(self, key)
  if not number then return failed("connection", message, "store") end
  local owner = ("%d"):format(number)
  local ok, why, err = acquire(self, key, owner, wait)
  if not ok then return nil, why, err end
  -- Taken while the lock is held, so it is in the order of the locks.
  number, message = next_number(self, key)
  if not number then
    self._store:swap("lock:" .. key, owner, nil)
    return failed("connection", message, "store")
  end
  return setmetatable({ key = key, token = number, _once = self, _owner = owner }, Lock)
end

-- Releases a lock, unless it has ended and is another's. Without the store it ends by itself.
local function finish(self, held, ok, ...)
  self._store:swap("lock:" .. held.key, held._owner, nil)
  if not ok then error((...), 0) end
  return ...
end

local run_options = { wait = validate.wait }

--- Runs a function while nobody else runs one with the same key. Others wait, as calls wait, so
--- that nothing blocks. A function that takes longer than the ttl is not alone any more: it can ask
--- lock:is_held(), call lock:extend(), or give lock.token to a service that refuses lower ones.
--- Do not run one with the same key within it: it would wait for itself.
---@param key string
---@param f fun(lock: rtk.Lock): any ...
---@param given? { wait?: number } seconds to wait for the lock at most
---@return any ... what f returns; nil, a message and an error when the lock was not to be had:
---err.reason is "locked", or "store" when the store failed
function Once:run(key, f, given)
  misuse.check("key", key, "string")
  misuse.check("what once:run runs", f, "function")
  given = given or {}
  validate.check("the options of once:run", given, run_options)
  local held, message, err = take(self, key, given.wait or self._wait)
  if not held then return nil, message, err end
  return finish(self, held, pcall(f, held))
end

Lock.__index = misuse.with_colon(Lock, { "extend", "is_held" }, "lock")
Once.__index = misuse.with_colon(Once, { "run" }, "once")

local function new(store, given)
  validate.wait("wait", given.wait)
  return setmetatable({ _store = store, _ttl = given.ttl, _wait = given.wait }, Once)
end

--- Makes locks in this Lua state.
---@param given? rtk.MemoryOnceOptions
---@return rtk.Once
function lock.memory(given)
  local read = validate.with_defaults("rtk.once.memory", given, rules)
  return new(require("rtk.store.memory").new(SIZE, true), read)
end

--- Makes locks for all workers of one nginx.
---@param given rtk.SharedDictOnceOptions
---@return rtk.Once
function lock.shared_dict(given)
  local extra = { name = { "name" }, key = { "name", PREFIX } }
  local read = validate.with_defaults("rtk.once.shared_dict", given, rules, extra)
  if not read.name then misuse.raise("name the lua_shared_dict: shared_dict { name = ... }") end
  return new(require("rtk.store.shared_dict").new(read.name, read.key), read)
end

--- Makes locks for all processes that share a Redis.
---@param given? rtk.RedisOnceOptions
---@return rtk.Once
function lock.redis(given)
  local extra = redis_options.with({ key = { "name", PREFIX } })
  local read = validate.with_defaults("rtk.once.redis", given, rules, extra)
  redis_options.check(read)
  return new(require("rtk.store.redis").new(read, read.key), read)
end

return lock
