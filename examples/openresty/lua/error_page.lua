-- SPDX-License-Identifier: MIT
-- The status and the text that visitors get when a call fails. The error itself goes to the log.

local error_page = {}

local LATE = { 504, "The meeting service is taking too long. Please try again in a moment." }
local AWAY = { 502, "The meeting service cannot be reached right now. Please try again soon." }
local BUSY = { 503, "A lot of people are joining right now. Please try again in a minute." }
local TOO_OFTEN = { 429, "That was quick! Please wait a minute before you join again." }
local CLOSED = { 500, "This room is not open right now. Please try again." }
local OURS = { 500, "Something is not set up right on our side. We are looking into it." }

-- By err.kind. All other kinds mean that the API rejected this program's request.
local by_kind = {
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

--- The page for visitors who sign in too often.
---@return integer status
---@return string text
function error_page.too_often()
  return TOO_OFTEN[1], TOO_OFTEN[2]
end

--- The page for a failed call.
---@param err rtk.Error
---@return integer status
---@return string text
function error_page.of(err)
  local chosen = by_kind[err.kind] or OURS
  return chosen[1], chosen[2]
end

return error_page
