-- SPDX-License-Identifier: MIT
-- Reads error responses: kind, error list, hint, who refused, whether the request may have
-- been executed.
--
-- The API has three error envelopes: errors[] from the gateway, error{} from the service with a
-- number as code, and with a word; failures may come with status 200 and authentication errors with
-- 400. Other programs answer in its place: Cloudflare's edge with problem details (RFC 9457), text
-- or a challenge, proxies with HTML.

local array = require("rtk.array")
local core = require("rtk.core")
local error_body = require("rtk.errors.error_body")

local api_error = {}

-- The gateway's codes say more than its status.
local kind_by_code = {
  [6003] = "authentication",
  [6103] = "authentication",
  [6111] = "authentication",
  [9106] = "authentication",
  [9109] = "authentication",
  [10000] = "authentication",
  [7000] = "not_found",
  [7003] = "not_found",
  [971] = "rate_limit",
}

-- The edge's codes are different ones.
local kind_by_edge_code = {
  [1006] = "permission",
  [1007] = "permission",
  [1008] = "permission",
  [1009] = "permission",
  [1010] = "permission",
  [1012] = "permission",
  [1015] = "rate_limit",
  [1020] = "permission",
}

local kind_by_status = {
  [400] = "invalid",
  [401] = "authentication",
  [403] = "permission",
  [404] = "not_found",
  [407] = "protocol", -- of a proxy, as after CONNECT
  [408] = "server",
  [409] = "conflict",
  [410] = "not_found",
  [413] = "invalid",
  [415] = "invalid",
  [421] = "server",
  [422] = "invalid",
  [425] = "server",
  [429] = "rate_limit",
}

-- Codes in words, of a third envelope: error{} with code, message and retryable. They count with a
-- 2xx; else the status says as much.
local kind_by_word = {
  UNAUTHENTICATED = "authentication",
  BAD_REQUEST = "invalid",
  INVALID_QUERY = "invalid",
  INVALID_REQUEST = "invalid",
  UNSUPPORTED_REQUEST = "invalid",
  CONNECTION_NOT_FOUND = "not_found",
  INTERNAL_ERROR = "server",
}

-- Whether a body is a problem detail (RFC 9457); its "errors" is not the API's.
local function is_problem(body)
  if type(body) ~= "table" or body.success ~= nil then return false end
  if body.cloudflare_error == true then return true end
  return type(body.title) == "string" and (type(body.type) == "string" or body.error_code ~= nil)
end

-- Whether a body has one of the API's two envelopes.
local function is_envelope(body)
  if type(body) ~= "table" or is_problem(body) then return false end
  return body.success ~= nil or type(body.errors) == "table" or type(body.error) == "table"
end

-- The status that a reply means. With a 2xx the body has it: the service repeats it as the
-- code.
local function effective_status(status, errors, body)
  if status < 200 or status >= 300 then return status end
  local code = is_problem(body) and body.status or errors[1] and errors[1].code
  code = tonumber(code)
  return code and code >= 400 and code < 600 and code or status
end

--- The kind of an error response.
---@param status integer
---@param errors table[] as api_error.errors returns them
---@param body any decoded
---@return rtk.ErrorKind
function api_error.kind(status, errors, body)
  local codes = is_problem(body) and kind_by_edge_code or kind_by_code
  for _, item in ipairs(errors) do
    local kind = codes[tonumber(item.code)]
    if kind then return kind end
  end
  local effective = effective_status(status, errors, body)
  if kind_by_status[effective] then return kind_by_status[effective] end
  if effective >= 500 then return "server" end
  if effective < 200 or (effective >= 300 and effective < 400) then return "protocol" end
  local word = effective < 300 and errors[1] and errors[1].code
  return type(word) == "string" and kind_by_word[word] or "api"
end

--- Whether a request may have been executed although the response is an error. The status
--- alone decides, not the code in the body: a 4xx other than 408 means that nothing was done,
--- and so does an error with a 2xx.
---@param status integer
---@param errors table[] as api_error.errors returns them
---@param body any decoded
---@return boolean
function api_error.maybe_executed(status, errors, body)
  local effective = effective_status(status, errors, body)
  if effective == 408 or effective < 200 or effective >= 500 then return true end
  return effective >= 300 and effective < 400
end

-- Adds the errors of a list.
local function add_listed(listed, items)
  for _, item in ipairs(items) do
    if type(item) == "table" then
      listed[#listed + 1] = item
    elseif item ~= core.null then
      listed[#listed + 1] = { message = tostring(item) }
    end
  end
end

-- Adds errors that are listed by field.
local function add_fields(listed, fields)
  for field, said in pairs(fields) do
    for _, item in ipairs(array.is(said) and said or { said }) do
      listed[#listed + 1] = type(item) == "table" and item or { field = field, message = item }
    end
  end
end

local function add_errors(listed, errors)
  if array.is(errors) then
    add_listed(listed, errors)
  elseif error_body.is_by_field(errors) then
    add_fields(listed, errors)
  else
    listed[#listed + 1] = errors
  end
end

--- All errors that a body lists, in any form.
---@param body any decoded
---@return rtk.ListedError[] errors
function api_error.errors(body)
  local listed = {}
  if type(body) ~= "table" then return listed end
  if array.is(body) then add_listed(listed, body) end
  if is_problem(body) then
    listed[1] = { code = body.error_code, message = body.detail or body.title }
  end
  if type(body.errors) == "table" then
    add_errors(listed, body.errors)
  elseif type(body.errors) == "string" then
    listed[#listed + 1] = { code = body.code, message = body.errors }
  end
  if type(body.error) == "table" then
    listed[#listed + 1] = body.error
  elseif type(body.error) == "string" then
    listed[#listed + 1] = { code = body.code, message = body.error }
  end
  if #listed > 0 or body.message == nil then return listed end
  local said = body.message
  add_listed(listed, array.is(said) and said or { { code = body.code, message = said } })
  return listed
end

--- Who refused: the API, or something in front of it.
---@param body any decoded, or the text
---@param fields table<string, string> headers by lower-case name
---@return "api"|"edge"|"challenge"|nil source nil when the reply does not show it
function api_error.source(body, fields)
  if fields["cf-mitigated"] == "challenge" then return "challenge" end
  if is_envelope(body) then return "api" end
  if is_problem(body) or type(body) == "string" and body ~= "" then return "edge" end
  return nil
end

--- The seconds that the body of a problem detail asks to wait.
---@param body any decoded
---@return number? seconds
function api_error.retry_after(body)
  local seconds = is_problem(body) and body.retry_after
  if type(seconds) ~= "number" then return nil end
  return seconds >= 0 and seconds < math.huge and seconds or nil
end

--- Whether a decoded body is an error, whatever the status.
---@param body table
---@return boolean
function api_error.is_error(body)
  if body.success ~= nil then return body.success == false end
  if body.data ~= nil or body.result ~= nil then return false end
  if body.error ~= nil or body.cloudflare_error == true then return true end
  return type(body.errors) == "table" and next(body.errors) ~= nil
end

--- Whether the service reports that a resource does not exist. The gateway has codes of its
--- own for requests that it cannot route.
---@param err rtk.Error
---@return boolean
function api_error.is_of_service_404(err)
  if err.kind ~= "not_found" or type(err.body) ~= "table" then return false end
  return not is_problem(err.body) and (err.code == nil or tonumber(err.code) == 404)
end

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
function api_error.hint(err, source, is_legacy)
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

return api_error
