-- SPDX-License-Identifier: MIT
-- Decides whether a failed call is tried again, and when.
--
-- The rule that must hold: a request that creates something is never sent a
-- second time unless the server certainly did not act on the first.

local jitter = require("rtk.jitter")

local retry = {}

-- POSTs that may be repeated: doing them twice is the same as once.
local repeatable_posts = {
  ["POST /meetings/{meeting_id}/participants/{participant_id}/token"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = true,
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = true,
}

local FIRST_CEILING, LAST_CEILING = 0.5, 8 -- seconds

--- Whether sending this operation twice does no more than sending it once.
---@param method string
---@param operation? string "VERB /template" as in the API reference
---@return boolean
function retry.is_repeatable(method, operation)
  return method ~= "POST" or repeatable_posts[operation] == true
end

-- Failures that a later attempt may turn into a success. A connection may be
-- lost when the status is there already and the body is not.
local transient = { connection = true, timeout = true, rate_limit = true, server = true }

-- Full jitter: anything from nothing to the ceiling, so that clients that
-- failed together do not come back together.
local function backoff(attempt)
  return jitter.fraction() * math.min(FIRST_CEILING * 2 ^ (attempt - 1), LAST_CEILING)
end

--- How long to wait before the next attempt of a call that may have one.
---@param err rtk.Error the failure of the last attempt
---@param call { attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After is not obeyed by waiting
---@return number? seconds nil when there must be no other attempt
function retry.pause(err, call, max_wait)
  if call.attempt > call.max_retries then return nil end
  local seconds = err.retry_after or math.min(backoff(call.attempt), max_wait)
  return seconds <= max_wait and seconds or nil
end

--- How long to wait before the next attempt, or nil when there must be none.
---@param err rtk.Error the failure of the last attempt
---@param call { operation: rtk.Operation, attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After is not obeyed by waiting
---@return number? seconds
function retry.wait(err, call, max_wait)
  if not transient[err.kind] then return nil end
  if err.maybe_executed and not call.operation.is_repeatable then return nil end
  return retry.pause(err, call, max_wait)
end

return retry
