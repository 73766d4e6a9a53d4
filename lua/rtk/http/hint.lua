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

local CHALLENGE = "a rule in front of the API challenges programs, which cannot pass:"
  .. " the owner of that zone or proxy has to exempt this client"

local at_edge_by_kind = {
  permission = "the API itself did not answer: a firewall, a proxy or a portal on the way refused",
  rate_limit = by_kind.rate_limit,
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
---@param err { kind: rtk.ErrorKind, errors: table[], operation?: string } the failure so far
---@param source? "api"|"edge"|"challenge" who said no, where that shows
---@param is_legacy? boolean it is the older API's
---@return string? hint nil when there is nothing to add to the API's words
function hint.of(err, source, is_legacy)
  if source == "challenge" then return CHALLENGE end
  if source == "edge" then return at_edge_by_kind[err.kind] end
  if err.kind == "conflict" then return by_conflict[err.operation] end
  if is_legacy then return legacy_by_kind[err.kind] end
  for _, item in ipairs(err.errors) do
    local known = by_code[tonumber(item.code)]
    if known then return known end
  end
  if err.kind == "permission" and source ~= "api" then return nil end
  return by_kind[err.kind]
end

return hint
