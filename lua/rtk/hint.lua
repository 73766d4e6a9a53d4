-- SPDX-License-Identifier: MIT
-- The way out of the common failures, for the end of their messages.

local hint = {}

local MALFORMED = "the api_token is malformed: a token is some 40 letters, digits, _ and -,"
  .. " and neither the Global API Key nor a participant's token"
local REFUSED = "the api_token is mistyped, revoked or expired, or has no access to this account"
local ASTRAY = "account_id, app_id or the path is wrong; ids are the API's, not names"

local by_code = {
  [6003] = MALFORMED,
  [6103] = MALFORMED,
  [6111] = MALFORMED,
  [9109] = REFUSED,
  [10000] = REFUSED .. "; it needs the permission Realtime or Realtime Admin",
  [7000] = ASTRAY,
  [7003] = ASTRAY,
}

local by_kind = {
  permission = "the api_token needs the permission Realtime or Realtime Admin on this account,"
    .. " which must have RealtimeKit enabled",
  rate_limit = "one limiter (option rate_limit) for all that use this token slows down in time",
}

-- The older API knows neither tokens nor the gateway's codes.
local legacy_by_kind = {
  authentication = "basic.organization_id or basic.api_key is mistyped or revoked",
  rate_limit = by_kind.rate_limit,
}

local PRESET = "a preset of this name exists: client.presets:each() has its id for update"
local WEBHOOK = "a webhook with this URL exists: client.webhooks:list() has its id for update"

local by_conflict = {
  ["POST /presets"] = PRESET,
  ["PATCH /presets/{preset_id}"] = PRESET,
  ["PUT /presets/{preset_id}"] = PRESET,
  ["POST /webhooks"] = WEBHOOK,
  ["PATCH /webhooks/{webhook_id}"] = WEBHOOK,
  ["PUT /webhooks/{webhook_id}"] = WEBHOOK,
  ["POST /recordings"] = "this meeting is recorded already: client.recordings:get_active has"
    .. " that recording, allow_multiple_recordings = true starts another",
}

--- What to do about a reply that says no.
---@param kind rtk.ErrorKind
---@param errors { code?: integer|string }[] all that the API listed
---@param operation? string "VERB /template"
---@param is_legacy? boolean it is the older API's
---@return string? hint nil when there is nothing to add to the API's words
function hint.of(kind, errors, operation, is_legacy)
  if kind == "conflict" then return by_conflict[operation] end
  if is_legacy then return legacy_by_kind[kind] end
  for _, item in ipairs(errors) do
    local known = by_code[tonumber(item.code)]
    if known then return known end
  end
  return by_kind[kind]
end

return hint
