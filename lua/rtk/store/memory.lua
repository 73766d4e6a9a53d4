-- SPDX-License-Identifier: MIT
-- Values by key, for the code of one Lua state. They expire, and the oldest go when there are too
-- many, unless all are to be kept.

local core = require("rtk.core")

---@class rtk.Store
---@field add fun(self: rtk.Store, key: string, value: string, ttl: number): boolean?, string?
---stores a value unless there is one: true, or false and that one; nil and a message on failure
---@field get fun(self: rtk.Store, key: string): string?, string? nil when there is none; nil and a
---message on failure
---@field set fun(self: rtk.Store, key: string, value: string, ttl: number): boolean?, string?
---@field swap fun(self: rtk.Store, key: string, expected: string, value?: string, ttl?: number):
---boolean?, string? replaces a value, or removes it, if it is still the expected one
---@field push fun(self: rtk.Store, list: string, value: string): boolean?, string? appends to a
---list
---@field rotate fun(self: rtk.Store, list: string): string?, string? the first value of a list,
---which becomes its last; nil when there is none; nil and a message on failure
---@field drop fun(self: rtk.Store, list: string, value: string): boolean?, string? removes a value,
---for certain if it is the last one, as after rotate; another one may stay

---@class rtk.MemoryStore: rtk.Store
local Memory = {}
Memory.__index = Memory
Memory.__name = "rtk.store.memory"

local memory = {}

-- The entry of a key, unless it has expired.
local function entry_of(self, key)
  local entry = self._recent[key] or self._older[key]
  return entry and core.now() < entry.expires_at and entry or nil
end

-- Ends a generation: the one before it goes, but for what is to be kept of it.
local function begin_generation(self)
  local oldest, now = self._older, core.now()
  self._older, self._recent, self._count = self._recent, {}, 0
  if not self._keeps_all then return end
  for key, entry in pairs(oldest) do
    if now < entry.expires_at then
      self._recent[key], self._count = entry, self._count + 1
    end
  end
  self._size = math.max(self._least_size, 2 * self._count)
end

-- Changed entries of the older generation join the recent one.
local function put(self, key, value, ttl)
  if not self._recent[key] then self._count = self._count + 1 end
  self._recent[key] = { value = value, expires_at = core.now() + ttl }
  self._older[key] = nil
  if self._count >= self._size then begin_generation(self) end
end

local function remove(self, key)
  if self._recent[key] then self._count = self._count - 1 end
  self._recent[key], self._older[key] = nil, nil
end

--- Stores a value unless there is one.
---@param key string
---@param value string
---@param ttl number seconds
---@return boolean is_new
---@return string? value that is there already
function Memory:add(key, value, ttl)
  local entry = entry_of(self, key)
  if entry then return false, entry.value end
  put(self, key, value, ttl)
  return true
end

--- The value of a key.
---@param key string
---@return string? value
function Memory:get(key)
  local entry = entry_of(self, key)
  return entry and entry.value
end

--- Stores a value.
---@param key string
---@param value string
---@param ttl number seconds
---@return boolean ok
function Memory:set(key, value, ttl)
  put(self, key, value, ttl)
  return true
end

--- Replaces a value, or removes it, if it is the expected one.
---@param key string
---@param expected string
---@param value? string nil removes it
---@param ttl? number seconds
---@return boolean is_done
function Memory:swap(key, expected, value, ttl)
  local entry = entry_of(self, key)
  if not entry or entry.value ~= expected then return false end
  if value then
    put(self, key, value, ttl)
  else
    remove(self, key)
  end
  return true
end

--- Appends a value to a list.
---@param list string
---@param value string
---@return boolean ok
function Memory:push(list, value)
  local values = self._lists[list] or { first = 1, last = 0 }
  self._lists[list] = values
  values.last = values.last + 1
  values[values.last] = value
  return true
end

--- Moves the first value of a list to its end.
---@param list string
---@return string? value nil when there is none
function Memory:rotate(list)
  local values = self._lists[list]
  if not values then return nil end
  local value = values[values.first]
  values[values.first] = nil
  values.first, values.last = values.first + 1, values.last + 1
  values[values.last] = value
  return value
end

--- Removes the last value of a list, if it is this one. A list without values is none.
---@param list string
---@param value string
---@return boolean ok
function Memory:drop(list, value)
  local values = self._lists[list]
  if not values or values[values.last] ~= value then return true end
  values[values.last] = nil
  values.last = values.last - 1
  if values.last < values.first then self._lists[list] = nil end
  return true
end

--- Makes a store.
---@param size integer values that it keeps at least; it keeps up to twice as many
---@param keeps_all? boolean whether values go only when they have expired, however many there are
---@return rtk.Store
function memory.new(size, keeps_all)
  return setmetatable({
    _size = size,
    _least_size = size,
    _keeps_all = keeps_all == true,
    _count = 0,
    _recent = {},
    _older = {},
    _lists = {},
  }, Memory)
end

return memory
