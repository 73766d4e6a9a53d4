-- SPDX-License-Identifier: MIT
-- What a visitor is told when a call fails: a status and kind words. What really happened is for
-- the log.

local apology = {}

local LATE = { 504, "The meeting service is taking too long. Please try again in a moment." }
local AWAY = { 502, "The meeting service cannot be reached right now. Please try again soon." }
local BUSY = { 503, "A lot of people are joining right now. Please try again in a minute." }
local TOO_OFTEN = { 429, "That was quick! Please wait a minute before you join again." }
local CLOSED = { 500, "This room is not open right now. Please try again." }
local OURS = { 500, "Something is not set up right on our side. We are looking into it." }

-- By err.kind. All others mean that the API refused what this program asked for.
local apologies = {
  timeout = LATE,
  connection = AWAY,
  tls = AWAY,
  protocol = AWAY,
  decode = AWAY,
  too_large = AWAY,
  server = AWAY,
  cancelled = AWAY,
  rate_limit = BUSY,
  not_found = CLOSED,
}

--- What one is told who comes too often.
---@return integer status
---@return string words
function apology.for_haste()
  return TOO_OFTEN[1], TOO_OFTEN[2]
end

--- Chooses the words.
---@param err rtk.Error
---@return integer status
---@return string words
function apology.of(err)
  local chosen = apologies[err.kind] or OURS
  return chosen[1], chosen[2]
end

return apology
