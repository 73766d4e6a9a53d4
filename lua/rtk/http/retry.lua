-- SPDX-License-Identifier: MIT
-- Decides whether a failed call is sent again, and after which delay.
--
-- The one rule: a request that creates something is never sent a second time unless the
-- server certainly did not act on the first.

local core = require("rtk.core")

local retry = {}

local FIRST_CEILING, LAST_CEILING = 0.5, 8 -- seconds of backoff

-- The most that is added to a Retry-After: a tenth of it, or a second if that is more.
local SPREAD_RATIO, SPREAD_MINIMUM = 0.1, 1 -- of the delay; seconds

-- Not math.random: on LuaJIT it starts the same in every process, and seeding it is up to the
-- host. The clock is mixed in each time, so that forked processes differ.
local MODULUS, MULTIPLIER = 2 ^ 31 - 1, 48271

local state = os.time() % MODULUS

--- A random number from 0 up to, but not including, 1. Not for secrets.
---@return number fraction
function retry.jitter()
  local microseconds = math.floor(core.now() * 1e6) % MODULUS
  state = (state + microseconds) * MULTIPLIER % MODULUS
  state = state * MULTIPLIER % MODULUS
  return state / MODULUS
end

-- Kinds of failures that a later attempt may turn into a success.
local transient = { connection = true, timeout = true, rate_limit = true, server = true }

-- What the API says itself: some of its errors have a member for it.
local function retryable(err)
  for _, item in ipairs(err.errors or {}) do
    if type(item.retryable) == "boolean" then return item.retryable end
  end
  return nil
end

--- Whether a later attempt may succeed. A code can give a 5xx another kind, but a failing
--- server may be wrong about credentials and paths, too.
---@param err rtk.Error
---@return boolean
function retry.is_transient(err)
  local said = retryable(err)
  if said ~= nil then return said end
  if transient[err.kind] then return true end
  return err.errors ~= nil and err.status ~= nil and (err.status >= 500 or err.status == 408)
end

-- Full jitter: anything from zero to the ceiling, so that clients that failed together do not
-- return together.
local function exponential(attempt)
  return retry.jitter() * math.min(FIRST_CEILING * 2 ^ (attempt - 1), LAST_CEILING)
end

-- Adds a random part to a Retry-After, for the same reason. When a deadline is near, the part
-- is at most half of the time left after the delay.
local function spread(seconds, max_wait, left)
  local most = math.max(SPREAD_MINIMUM, seconds * SPREAD_RATIO)
  most = math.min(most, max_wait - seconds, math.max(0, (left - seconds) / 2))
  return seconds + retry.jitter() * most
end

--- The delay before the next attempt of a call that may be sent again.
---@param err rtk.Error the failure of the last attempt
---@param call { attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After ends the call
---@param left? number seconds until the call's deadline; nil without one
---@return number? seconds nil when no attempt is left or Retry-After is too long
function retry.backoff(err, call, max_wait, left)
  if call.attempt > call.max_retries then return nil end
  local asked = err.retry_after
  if not asked then return math.min(exponential(call.attempt), max_wait) end
  return asked <= max_wait and spread(asked, max_wait, left or math.huge) or nil
end

--- The delay before the next attempt.
---@param err rtk.Error the failure of the last attempt
---@param call { operation: rtk.Operation, attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After ends the call
---@param left? number seconds until the call's deadline; nil without one
---@return number? seconds nil when the call must not be sent again
function retry.delay(err, call, max_wait, left)
  if not retry.is_transient(err) then return nil end
  if err.maybe_executed and not call.operation.is_repeatable then return nil end
  return retry.backoff(err, call, max_wait, left)
end

return retry
