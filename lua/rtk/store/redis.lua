-- SPDX-License-Identifier: MIT
-- Values by key, for all processes that share a Redis.

local redis_client = require("rtk.redis.client")
local redact = require("rtk.http.redact")

---@class rtk.RedisStore: rtk.Store
local Redis = {}
Redis.__index = Redis
Redis.__name = "rtk.store.redis"

local redis = {}

-- Replies begin with "+" for done, "=" for the value that is there, "-" for neither.
local SCRIPT = [[
local key, action, value, ttl, expected = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if action == "push" then
  redis.call("RPUSH", key, value)
  return "+"
end
if action == "rotate" then
  local first = redis.call("LPOP", key)
  if not first then return "-" end
  redis.call("RPUSH", key, first)
  return "=" .. first
end
if action == "drop" then
  redis.call("LREM", key, 1, value)
  return "+"
end
local found = redis.call("GET", key)
if action == "get" then return found and "=" .. found or "-" end
if action == "add" and found then return "=" .. found end
if action == "swap" and found ~= expected then return "-" end
if action == "swap" and value == "" then
  redis.call("DEL", key)
else
  redis.call("SET", key, value, "PX", ttl)
end
return "+"
]]

local function ask(self, key, action, value, ttl, expected)
  local milliseconds = ("%d"):format(math.max(1, math.ceil((ttl or 0) * 1000)))
  local arguments = { action, value or "", milliseconds, expected or "" }
  local reply, message = self._client:ask(self._prefix .. key, arguments)
  if not reply then return nil, "redis: " .. redact.line(message) end
  local sign = reply:sub(1, 1)
  if sign ~= "+" and sign ~= "=" and sign ~= "-" then return nil, "redis: unexpected reply" end
  return sign, reply:sub(2)
end

--- Stores a value unless there is one.
---@param key string
---@param value string not empty
---@param ttl number seconds
---@return boolean? is_new
---@return string? value that is there already, or a message
function Redis:add(key, value, ttl)
  local sign, found = ask(self, key, "add", value, ttl)
  if not sign then return nil, found end
  if sign == "+" then return true end
  return false, found
end

--- The value of a key.
---@param key string
---@return string? value
---@return string? message
function Redis:get(key)
  local sign, found = ask(self, key, "get")
  if not sign then return nil, found end
  return sign == "=" and found or nil
end

--- Stores a value.
---@param key string
---@param value string not empty
---@param ttl number seconds
---@return boolean? ok
---@return string? message
function Redis:set(key, value, ttl)
  local sign, message = ask(self, key, "set", value, ttl)
  if not sign then return nil, message end
  return true
end

--- Replaces a value, or removes it, if it is the expected one.
---@param key string
---@param expected string
---@param value? string nil removes it
---@param ttl? number seconds
---@return boolean? is_done
---@return string? message
function Redis:swap(key, expected, value, ttl)
  local sign, message = ask(self, key, "swap", value, ttl, expected)
  if not sign then return nil, message end
  return sign == "+"
end

--- Appends a value to a list.
---@param list string
---@param value string
---@return boolean? ok
---@return string? message
function Redis:push(list, value)
  local sign, message = ask(self, list, "push", value)
  if not sign then return nil, message end
  return true
end

--- Moves the first value of a list to its end, in one step: whatever happens to the answer, the
--- list has it.
---@param list string
---@return string? value nil when there is none
---@return string? message
function Redis:rotate(list)
  local sign, found = ask(self, list, "rotate")
  if not sign then return nil, found end
  return sign == "=" and found or nil
end

--- Removes a value from a list. Of several it is the first: another process may have just appended
--- the same.
---@param list string
---@param value string
---@return boolean? ok
---@return string? message
function Redis:drop(list, value)
  local sign, message = ask(self, list, "drop", value)
  if not sign then return nil, message end
  return true
end

--- Makes a store. Does not connect yet.
---@param options table as rtk.redis.options reads them; the password is removed
---@param prefix string of its keys
---@return rtk.Store
function redis.new(options, prefix)
  return setmetatable({
    _client = redis_client.open(options, SCRIPT),
    _prefix = prefix,
  }, Redis)
end

return redis
