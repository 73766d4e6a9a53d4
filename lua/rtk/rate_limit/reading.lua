-- SPDX-License-Identifier: MIT
-- What one reply says about the limit, as a line of text: the same for a
-- budget in this state, in a shared dictionary or in Redis.
--
-- The line has words: the outcome (ok, refused; lost when no answer came, unsent when the request
-- certainly did not reach the server), the seconds of Retry-After, the seconds since the request
-- was admitted, then for each policy its name, quota, window, remaining and reset. A hyphen stands
-- for what is not known.

local core = require("rtk.core")
local policy = require("rtk.rate_limit.observation")

local reading = {}

local TOO_MANY_REQUESTS = 429
local RATE_LIMITED = 971 -- the gateway's code for it, often under status 200
local LONGEST_BLOCK = 86400 -- seconds

-- As in JSON, where no locale changes the decimal point.
local function word(number)
  local is_finite = number and number - number == 0
  return is_finite and core.encode(number) or "-"
end

local function outcome_of(reply)
  if not reply.status then return reply.sent == false and "unsent" or "lost" end
  local is_refused = reply.status == TOO_MANY_REQUESTS or tonumber(reply.code) == RATE_LIMITED
  return is_refused and "refused" or "ok"
end

--- Writes what a reply says about the limit.
---@param reply rtk.RateReply without a status when no answer came; then `sent = false` says that
---the request did not leave
---@return string line
function reading.of(reply)
  local retry_after = reply.retry_after
  -- Also nan leaves these as it is, and is then taken for unknown.
  if retry_after and retry_after < 0 then retry_after = 0 end
  if retry_after and retry_after > LONGEST_BLOCK then retry_after = LONGEST_BLOCK end
  local words = { outcome_of(reply), word(retry_after), word(reply.elapsed) }
  for _, found in ipairs(policy.parse(reply.headers or {})) do
    words[#words + 1] = found.name
    words[#words + 1] = word(found.quota)
    words[#words + 1] = word(found.window)
    words[#words + 1] = word(found.remaining)
    words[#words + 1] = word(found.reset)
  end
  return table.concat(words, " ")
end

return reading
