-- SPDX-License-Identifier: MIT
-- Tells apart refusals that have the same kind and status, so that programs need not read messages:
-- err.reason. The API's words differ in the same way as here.

local core = require("rtk.core")

local error_reason = {}

local RECORDING = {
  { status = 400, words = "not in progress", reason = "already_stopped" },
  { status = 400, words = "not paused", reason = "already_running" },
  { status = 400, words = "paused", reason = "already_paused" },
}

local NO_SESSION = { { status = 404, words = "no active session", reason = "not_active" } }

---@type table<string, { status: integer, words: string, reason: string }[]>
local by_operation = {
  ["PUT /recordings/{recording_id}"] = RECORDING,
  ["POST /recordings"] = { { status = 409, words = "", reason = "already_running" } },
  ["GET /recordings/active-recording/{meeting_id}"] = {
    { status = 404, words = "no active recording", reason = "not_active" },
  },
  ["POST /meetings/{meeting_id}/livestreams"] = {
    { status = 400, words = "stopping", reason = "stopping" },
    { status = 400, words = "in progress", reason = "already_running" },
    { status = 409, words = "", reason = "already_running" },
  },
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = {
    { status = 404, words = "no active livestream", reason = "already_stopped" },
    { status = 400, words = "stopping", reason = "stopping" },
  },
  ["GET /meetings/{meeting_id}/active-livestream"] = {
    { status = 404, words = "no active livestream", reason = "not_active" },
  },
}

local SESSION = "/meetings/{meeting_id}/active-session"

local function cases_of(operation)
  if by_operation[operation] then return by_operation[operation] end
  return operation:find(SESSION, 1, true) and NO_SESSION or nil
end

local function says(err, words)
  for _, item in ipairs(err.errors) do
    if type(item.message) == "string" and core.lower(item.message):find(words, 1, true) then
      return true
    end
  end
  return words == ""
end

--- The reason of an error response.
---@param err { status: integer, errors: rtk.ListedError[] }
---@param operation? string "VERB /template"
---@return string? reason
function error_reason.of(err, operation)
  for _, case in ipairs(operation and cases_of(operation) or {}) do
    if err.status == case.status and says(err, case.words) then return case.reason end
  end
  return nil
end

return error_reason
