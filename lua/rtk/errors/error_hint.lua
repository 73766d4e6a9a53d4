-- SPDX-License-Identifier: MIT
-- Hints for common error responses: how to fix what they report, and which settings it is about.

local error_hint = {}

local MALFORMED = "the api_token is malformed: a token has about 40 letters, digits, _"
  .. " and -, and is neither the Global API Key nor a participant's token"
local REFUSED = "the api_token is mistyped, revoked or expired, or has no access to this account"
local WRONG_ID = "account_id, app_id or the path is wrong; use ids of the API, not names"

-- The settings that a code is about.
local TOKEN, ACCESS, IDS =
  { "api_token" }, { "api_token", "account_id" }, { "account_id", "app_id" }

local settings_by_code = {
  [6003] = TOKEN,
  [6103] = TOKEN,
  [6111] = TOKEN,
  [9109] = ACCESS,
  [10000] = ACCESS,
  [7000] = IDS,
  [7003] = IDS,
}

local hint_by_code = {
  [6003] = MALFORMED,
  [6103] = MALFORMED,
  [6111] = MALFORMED,
  [9109] = REFUSED,
  [10000] = REFUSED .. "; it needs the permission Realtime or Realtime Admin",
  [7000] = WRONG_ID,
  [7003] = WRONG_ID,
}

local hint_by_kind = {
  permission = "the api_token needs the permission Realtime or Realtime Admin on this account,"
    .. " which must have RealtimeKit enabled",
  rate_limit = "share one limiter (option rate_limit) between all programs with this token",
}

local CHALLENGE = "a rule in front of the API challenges programs, which cannot solve it:"
  .. " the owner of that zone or proxy must exempt this client"

local edge_hint_by_kind = {
  permission = "the API itself did not answer: a firewall, proxy or portal refused",
  rate_limit = hint_by_kind.rate_limit,
}

-- The older API has neither tokens nor the gateway's codes.
local legacy_hint_by_kind = {
  authentication = "basic.organization_id or basic.api_key is mistyped or revoked",
  rate_limit = hint_by_kind.rate_limit,
}

local PRESET = "a preset of this name exists: take its id from client.presets:each() to update it"
local WEBHOOK =
  "a webhook with this URL exists: take its id from client.webhooks:list() to update it"

local hint_by_conflict = {
  ["POST /presets"] = PRESET,
  ["PATCH /presets/{preset_id}"] = PRESET,
  ["PUT /presets/{preset_id}"] = PRESET,
  ["POST /webhooks"] = WEBHOOK,
  ["PATCH /webhooks/{webhook_id}"] = WEBHOOK,
  ["PUT /webhooks/{webhook_id}"] = WEBHOOK,
  ["POST /recordings"] = "this meeting is already being recorded: client.recordings:get_active"
    .. " returns that recording, allow_multiple_recordings = true starts another",
}

local NO_APP = "app_id is not an app of the account"

-- The service knows the account, but not the app.
local function says_no_app(err)
  local said = err.errors[1] and err.errors[1].message
  return type(said) == "string" and said:find("^No app found") ~= nil
end

--- How to fix what an error response reports, for common failures.
---@param err { kind: rtk.ErrorKind, errors: table[], operation?: string } the failure so far
---@param source? "api"|"edge"|"challenge" who refused, if known
---@param is_legacy? boolean for the older API
---@return string? hint nil when the API's words are enough
---@return string[]? names of the settings that it is about
function error_hint.find(err, source, is_legacy)
  if source == "challenge" then return CHALLENGE end
  if source == "edge" then return edge_hint_by_kind[err.kind] end
  if err.kind == "conflict" then return hint_by_conflict[err.operation] end
  if is_legacy then return legacy_hint_by_kind[err.kind] end
  for _, item in ipairs(err.errors) do
    local code = tonumber(item.code)
    local known = hint_by_code[code]
    if known then return known, settings_by_code[code] end
  end
  if err.kind == "permission" then
    if source ~= "api" then return nil end
    return hint_by_kind.permission, ACCESS
  end
  if err.kind == "not_found" and says_no_app(err) then return NO_APP, IDS end
  return hint_by_kind[err.kind]
end

return error_hint
