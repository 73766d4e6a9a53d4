-- SPDX-License-Identifier: MIT
-- What a receiver remembers deliveries with, so that each is handled once although it may come
-- again, also at the same time in two processes.
--
-- A delivery is claimed before its handlers run and settled afterwards. A claim ends by itself, in
-- case its process dies. A claim that has ended cannot be settled: another process may have the
-- delivery by then.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local redis_options = require("rtk.redis.options")
local validate = require("rtk.validate")

---@class rtk.SeenOptions
---@field ttl? number seconds that a delivery is remembered; default 86400
---@field claim_ttl? number seconds that handlers may take; default 60
---@field size? integer of memory: deliveries that it remembers at least; default 10000

---@class rtk.SharedDictSeenOptions: rtk.SeenOptions
---@field name string of the lua_shared_dict
---@field key? string prefix of the keys; default "rtk:webhook:"

---@class rtk.RedisSeenOptions: rtk.SeenOptions, rtk.RedisOptions
---@field key? string prefix of the keys; default "rtk:webhook:"

---@class rtk.Seen
---@field claim fun(self: rtk.Seen, key: string, digest: string): string?, string?, string? "new",
---nil, and a claim: the caller must settle it; "done": it was handled; "busy": it is being handled;
---"other": another body came with this key; nil and a message on failure
---@field settle fun(self: rtk.Seen, key: string, digest: string, succeeded: boolean, claim: any):
---boolean?, string? false when the claim has ended; nil and a message on failure
---@field store? rtk.Store where a receiver keeps its keys, too
local Seen = {}
Seen.__index = Seen
Seen.__name = "rtk.webhook.seen"

local seen = {}

local PREFIX = "rtk:webhook:"

local rules = {
  ttl = { "seconds", 86400 },
  claim_ttl = { "seconds", 60 },
}

local function read_value(value, digest)
  local state, known = value:match("^([a-z]+) ([0-9a-f]+)")
  if not state then return "other" end
  if known ~= digest then return "other" end
  return state
end

-- A text that no other claim of the key has. Forked processes count alike, but at other times.
local function new_token(self, key)
  self._count = self._count + 1
  local clock = core.number_text(core.now(), 17)
  return core.sha256(("%s %s %d %s"):format(tostring(self), clock, self._count, key)):sub(1, 16)
end

--- Claims a delivery.
---@param key string
---@param digest string of the body
---@return "new"|"done"|"busy"|"other"|nil state
---@return string? message
---@return string? claim what settle takes
function Seen:claim(key, digest)
  local token = new_token(self, key)
  local claim = ("busy %s %s"):format(digest, token)
  local is_new, found = self.store:add(key, claim, self._claim_ttl)
  if is_new == nil then return nil, found end
  -- Redis is asked again when an answer is lost, and then has this claim already.
  if is_new or found == claim then return "new", nil, claim end
  return read_value(found, digest)
end

--- Settles a delivery that was claimed. When it did not succeed, it may be claimed again.
---@param key string
---@param digest string
---@param succeeded boolean
---@param claim string what claim returned
---@return boolean? ok false when the claim has ended
---@return string? message
function Seen:settle(key, digest, succeeded, claim)
  return self.store:swap(key, claim, succeeded and "done " .. digest or nil, self._ttl)
end

local function new(store, given)
  return setmetatable({
    store = store,
    _ttl = given.ttl,
    _claim_ttl = given.claim_ttl,
    _count = 0,
  }, Seen)
end

--- Remembers deliveries in this Lua state.
---@param given? rtk.SeenOptions
---@return rtk.Seen
function seen.memory(given)
  local extra = { size = { "size", 10000 } }
  local read = validate.with_defaults("rtk.webhook.seen.memory", given, rules, extra)
  return new(require("rtk.store.memory").new(read.size), read)
end

--- Remembers deliveries for all workers of one nginx.
---@param given rtk.SharedDictSeenOptions
---@return rtk.Seen
function seen.shared_dict(given)
  local extra = { name = { "name" }, key = { "name", PREFIX } }
  local read = validate.with_defaults("rtk.webhook.seen.shared_dict", given, rules, extra)
  if not read.name then misuse.raise("name the lua_shared_dict: shared_dict { name = ... }") end
  return new(require("rtk.store.shared_dict").new(read.name, read.key), read)
end

--- Remembers deliveries for all processes that share a Redis.
---@param given? rtk.RedisSeenOptions
---@return rtk.Seen
function seen.redis(given)
  local extra = redis_options.with({ key = { "name", PREFIX } })
  local read = validate.with_defaults("rtk.webhook.seen.redis", given, rules, extra)
  redis_options.check(read)
  return new(require("rtk.store.redis").new(read, read.key), read)
end

return seen
