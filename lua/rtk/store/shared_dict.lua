-- SPDX-License-Identifier: MIT
-- Values by key, for all workers of one nginx, in a lua_shared_dict.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local runtime = require("rtk.runtime")

---@class rtk.SharedDictStore: rtk.Store
local SharedDict = {}
SharedDict.__index = SharedDict
SharedDict.__name = "rtk.store.shared_dict"

local shared_dict = {}

local LOCK_TIMEOUT = 2 -- seconds after which the lock of a dead worker expires
local LOCK_ATTEMPTS = 100 -- a lock is held for some microseconds

-- Then its worker does not run at the moment, or has died.
local LOCK_PAUSE = 0.001 -- seconds
local MOST_PAUSES = 4000
local MOST_BLOCKING_PAUSES = 50 -- where nginx cannot wait

local function failed(self, message)
  return nil, ("lua_shared_dict %s: %s"):format(self._name, tostring(message))
end

local function full_key(self, key)
  return self._prefix .. key
end

--- Stores a value unless there is one.
---@param key string
---@param value string
---@param ttl number seconds
---@return boolean? is_new
---@return string? value that is there already, or a message
function SharedDict:add(key, value, ttl)
  local dict = self._dict
  key = full_key(self, key)
  local ok, message = dict:add(key, value, ttl)
  if ok then return true end
  if message ~= "exists" then return failed(self, message) end
  local found = dict:get(key)
  if type(found) == "string" then return false, found end
  -- It expired in between, or is a value of something else.
  ok, message = dict:add(key, value, ttl)
  if ok then return true end
  return failed(self, message)
end

--- The value of a key.
---@param key string
---@return string? value
---@return string? message
function SharedDict:get(key)
  local value, message = self._dict:get(full_key(self, key))
  if value == nil and message then return failed(self, message) end
  return type(value) == "string" and value or nil
end

--- Stores a value.
---@param key string
---@param value string
---@param ttl number seconds
---@return boolean? ok
---@return string? message
function SharedDict:set(key, value, ttl)
  local ok, message = self._dict:set(full_key(self, key), value, ttl)
  if not ok then return failed(self, message) end
  return true
end

local function try_lock(self)
  for _ = 1, LOCK_ATTEMPTS do
    local ok, message = self._dict:add(self._lock, true, LOCK_TIMEOUT)
    if ok then return true end
    if message ~= "exists" then return failed(self, message) end
  end
  return false
end

-- A dictionary has no way to compare and replace, so that is done with a lock.
local function lock(self)
  local most = MOST_PAUSES
  while true do
    local ok, message = try_lock(self)
    if ok ~= false then return ok, message end
    if most <= 0 then return failed(self, "its lock is held for too long") end
    most = most - 1
    if runtime.sleep(LOCK_PAUSE) then
      most = math.min(most, MOST_BLOCKING_PAUSES)
      core.sleep(LOCK_PAUSE)
    end
  end
end

--- Replaces a value, or removes it, if it is the expected one.
---@param key string
---@param expected string
---@param value? string nil removes it
---@param ttl? number seconds
---@return boolean? is_done
---@return string? message
function SharedDict:swap(key, expected, value, ttl)
  local ok, message = lock(self)
  if not ok then return nil, message end
  key = full_key(self, key)
  local is_expected = self._dict:get(key) == expected
  if is_expected and value then
    ok, message = self._dict:set(key, value, ttl)
  elseif is_expected then
    self._dict:delete(key)
  end
  self._dict:delete(self._lock)
  if not ok then return failed(self, message) end
  return is_expected
end

--- Appends a value to a list.
---@param list string
---@param value string
---@return boolean? ok
---@return string? message
function SharedDict:push(list, value)
  local ok, message = self._dict:rpush(full_key(self, list), value)
  if not ok then return failed(self, message) end
  return true
end

--- Moves the first value of a list to its end.
---@param list string
---@return string? value nil when there is none
---@return string? message
function SharedDict:rotate(list)
  local value, message = self._dict:lpop(full_key(self, list))
  if value == nil and message then return failed(self, message) end
  if value == nil then return nil end
  local ok
  ok, message = self:push(list, value)
  if not ok then return nil, message end
  return value
end

--- Removes the last value of a list, if it is this one.
---@param list string
---@param value string
---@return boolean? ok
---@return string? message
function SharedDict:drop(list, value)
  local last, message = self._dict:rpop(full_key(self, list))
  if last == nil and message then return failed(self, message) end
  if last == nil or last == value then return true end
  return self:push(list, last)
end

--- The dictionary with a name. Raises when there is none.
---@param name string
---@return table dict
function shared_dict.find(name)
  local ngx = package.loaded.ngx
  local dict = ngx and ngx.shared and ngx.shared[name]
  if dict then return dict end
  if not ngx then misuse.raise("lua_shared_dict exists in nginx only: use memory or redis") end
  misuse.raise(("nginx has no lua_shared_dict %s: add it to the http block"):format(name))
end

--- Makes a store. Raises when nginx has no such dictionary.
---@param name string of the lua_shared_dict
---@param prefix string of its keys
---@return rtk.Store
function shared_dict.new(name, prefix)
  return setmetatable({
    _dict = shared_dict.find(name),
    _name = name,
    _prefix = prefix,
    _lock = prefix .. "lock",
  }, SharedDict)
end

return shared_dict
