-- SPDX-License-Identifier: MIT
-- Values that all workers share, each made by one request while the others wait for it, so that
-- ten visitors who come at once do not make ten meetings.
--
-- Locks have a dictionary of their own: a full one drops what is oldest, and must not drop a lock
-- for the sake of a value.

local once = {}

local known, locks = ngx.shared.rooms, ngx.shared.locks

-- Seconds. Making a value takes less than PATIENCE; FAILURE_AGE is for those who wait to see it.
local PATIENCE, PAUSE, FAILURE_AGE = 35, 0.02, 0.25

local function failure(kind)
  local message = "what another request was to get did not come: " .. kind
  return nil, message, { kind = kind, message = message }
end

local function make_and_keep(key, seconds, make)
  -- Another request may have made it between the look at it and the lock.
  local value = known:get(key)
  if value then return value end
  local message, err
  value, message, err = make()
  if value then
    known:set(key, value, seconds)
  else
    known:set(key .. ":failure", err.kind, FAILURE_AGE)
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
---@param seconds number how long it is good for
---@param make fun(): string?, string?, table? makes it; those who wait share a failure, too
---@return string? value
---@return string? message
---@return table? err
function once.get(key, seconds, make)
  local deadline = ngx.now() + PATIENCE
  while ngx.now() < deadline do
    local value = known:get(key)
    if value then return value end
    local kind = known:get(key .. ":failure")
    if kind then return failure(kind) end
    -- The lock of a worker that died goes away by itself.
    if locks:add(key, true, PATIENCE) then
      return unlock(key, pcall(make_and_keep, key, seconds, make))
    end
    ngx.sleep(PAUSE)
  end
  return failure("timeout")
end

--- Lets the value be made again.
---@param key string
function once.forget(key)
  known:delete(key)
end

return once
