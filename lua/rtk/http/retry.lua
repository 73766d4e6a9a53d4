-- SPDX-License-Identifier: MIT
-- Decides whether a failed call is tried again, and when.
--
-- The rule that must hold: a request that creates something is never sent a
-- second time unless the server certainly did not act on the first.

local jitter = require("rtk.http.jitter")

local retry = {}

-- POSTs that may be repeated: doing them twice is the same as once.
local repeatable_posts = {
  ["POST /meetings/{meeting_id}/participants/{participant_id}/token"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = true,
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = true,
}

local FIRST_CEILING, LAST_CEILING = 0.5, 8 -- seconds

-- What is added to a Retry-After at most: this part of it, but a second at least.
local SPREAD_PART, SHORTEST_SPREAD = 0.1, 1

--- Whether sending this operation twice does no more than sending it once.
---@param method string
---@param operation? string "VERB /template" as in the API reference
---@return boolean
function retry.is_repeatable(method, operation)
  return method ~= "POST" or repeatable_posts[operation] == true
end

-- Kinds of failures that a later attempt may turn into a success.
local transient = { connection = true, timeout = true, rate_limit = true, server = true }

-- Whether a later attempt may succeed. A code may give a reply another kind than its status
-- would, but a server that fails may be wrong about credentials and paths, too.
local function is_transient(err)
  if transient[err.kind] then return true end
  return err.errors ~= nil and (err.status >= 500 or err.status == 408)
end

-- Full jitter: anything from nothing to the ceiling, so that clients that
-- failed together do not come back together.
local function backoff(attempt)
  return jitter.fraction() * math.min(FIRST_CEILING * 2 ^ (attempt - 1), LAST_CEILING)
end

-- Never less than the reply asks for, and more at random: calls that were refused
-- together must not come back together. Where a deadline is near, at most half of
-- the time that is left after the wait goes into the random part.
local function spread(seconds, max_wait, left)
  local most = math.max(SHORTEST_SPREAD, seconds * SPREAD_PART)
  most = math.min(most, max_wait - seconds, math.max(0, (left - seconds) / 2))
  return seconds + jitter.fraction() * most
end

--- How long to wait before the next attempt of a call that may have one.
---@param err rtk.Error the failure of the last attempt
---@param call { attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After is not obeyed by waiting
---@param left? number seconds until the call's deadline, if it has one
---@return number? seconds nil when there must be no other attempt
function retry.pause(err, call, max_wait, left)
  if call.attempt > call.max_retries then return nil end
  local asked = err.retry_after
  if not asked then return math.min(backoff(call.attempt), max_wait) end
  return asked <= max_wait and spread(asked, max_wait, left or math.huge) or nil
end

--- How long to wait before the next attempt, or nil when there must be none.
---@param err rtk.Error the failure of the last attempt
---@param call { operation: rtk.Operation, attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After is not obeyed by waiting
---@param left? number seconds until the call's deadline, if it has one
---@return number? seconds
function retry.wait(err, call, max_wait, left)
  if not is_transient(err) then return nil end
  if err.maybe_executed and not call.operation.is_repeatable then return nil end
  return retry.pause(err, call, max_wait, left)
end

return retry
