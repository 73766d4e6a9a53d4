-- SPDX-License-Identifier: MIT
-- Decides whether a failed call is tried again, and when.
--
-- The rule that must hold: a request that creates something is never sent a
-- second time unless the server certainly did not act on the first.

local retry = {}

-- POSTs that may be repeated: doing them twice is the same as once.
local repeatable_posts = {
  ["POST /meetings/{meeting_id}/participants/{participant_id}/token"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = true,
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = true,
}

local FIRST_WAIT, LONGEST_WAIT = 0.5, 8 -- seconds

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

local function backoff(attempt)
  local ceiling = math.min(FIRST_WAIT * 2 ^ (attempt - 1), LONGEST_WAIT)
  return ceiling * (0.5 + math.random() / 2)
end

--- How long to wait before the next attempt, or nil when there must be none.
---@param err rtk.Error the failure of the last attempt
---@param call { is_repeatable: boolean, attempt: integer, max_retries: integer }
---@param max_wait number seconds; a longer Retry-After is not obeyed by waiting
---@return number? seconds
function retry.wait(err, call, max_wait)
  if call.attempt > call.max_retries then return nil end
  if not transient[err.kind] then return nil end
  if err.maybe_executed and not call.is_repeatable then return nil end
  if not err.retry_after then return backoff(call.attempt) end
  if err.retry_after > max_wait then return nil end
  return err.retry_after
end

local months = {
  Jan = 1,
  Feb = 2,
  Mar = 3,
  Apr = 4,
  May = 5,
  Jun = 6,
  Jul = 7,
  Aug = 8,
  Sep = 9,
  Oct = 10,
  Nov = 11,
  Dec = 12,
} -- stylua: ignore

-- Days from 1970-01-01 in the proleptic Gregorian calendar.
local function days_from_epoch(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = math.floor(year / 400)
  local year_of_era = year - era * 400
  local shifted = (month + 9) % 12
  local day_of_year = math.floor((153 * shifted + 2) / 5) + day - 1
  local leap_days = math.floor(year_of_era / 4) - math.floor(year_of_era / 100)
  return era * 146097 + year_of_era * 365 + leap_days + day_of_year - 719468
end

local function parse_date(text)
  local day, month, year, hour, minute, second =
    text:match("^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if not day or not months[month] then return nil end
  local days = days_from_epoch(tonumber(year), months[month], tonumber(day))
  return days * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

--- The wait that a Retry-After header asks for.
---@param value? string seconds or an HTTP date
---@param now? number Unix time in seconds, for dates; default the system's clock
---@return number? seconds nil when absent or not understood
function retry.after(value, now)
  if not value then return nil end
  if value:find("^%d+%.?%d*$") then return tonumber(value) end
  local date = parse_date(value)
  return date and math.max(0, date - (now or os.time()))
end

return retry
