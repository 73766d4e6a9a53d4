-- SPDX-License-Identifier: MIT
-- Cached values that all workers share. One request creates a value while the others wait for it,
-- so that ten visitors who arrive together do not create ten meetings.
--
-- Locks have a dictionary of their own: a full dictionary drops its oldest entries, and a new value
-- must not push out a lock.

local single_flight = {}

local cache, locks = ngx.shared.rooms, ngx.shared.locks

-- Seconds. Creating a value takes less than LOCK_TIMEOUT; a failure is kept for FAILURE_AGE, so
-- that waiting requests see it.
local LOCK_TIMEOUT, POLL_INTERVAL, FAILURE_AGE = 35, 0.02, 0.25

local function failure(kind)
  local message = "another request for the same value failed: " .. kind
  return nil, message, { kind = kind, message = message }
end

local function create_and_cache(key, seconds, create)
  -- Another request may have created it before this one got the lock.
  local value = cache:get(key)
  if value then return value end
  local message, err
  value, message, err = create()
  if value then
    cache:set(key, value, seconds)
  else
    cache:set(key .. ":failure", err.kind, FAILURE_AGE)
  end
  return value, message, err
end

local function unlock(key, ok, ...)
  locks:delete(key)
  if not ok then error((...), 0) end
  return ...
end

--- Returns the value of a key.
---@param key string
---@param seconds number how long the value stays valid
---@param create fun(): string?, string?, table? returns the value, or nil, a message and an error;
---waiting requests share the error, too
---@return string? value
---@return string? message
---@return table? err
function single_flight.get(key, seconds, create)
  local deadline = ngx.now() + LOCK_TIMEOUT
  while ngx.now() < deadline do
    local value = cache:get(key)
    if value then return value end
    local kind = cache:get(key .. ":failure")
    if kind then return failure(kind) end
    -- The lock of a dead worker expires.
    if locks:add(key, true, LOCK_TIMEOUT) then
      return unlock(key, pcall(create_and_cache, key, seconds, create))
    end
    ngx.sleep(POLL_INTERVAL)
  end
  return failure("timeout")
end

--- Drops the value of a key, so that it is created again.
---@param key string
function single_flight.forget(key)
  cache:delete(key)
end

return single_flight
