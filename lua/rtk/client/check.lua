-- SPDX-License-Identifier: MIT
-- Finds out whether a client's token, account and app are right, in at most three requests.
--
-- One read of the app answers most often. When it is refused, the gateway verifies the token, which
-- belongs to a user or to the account; when nothing is found, the account's apps are read. A server
-- in trouble proves nothing.

local api_error = require("rtk.errors.api_error")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local setting_origin = require("rtk.errors.setting_origin")

local check = {}

-- One request is one attempt.
local RETRIES = 0

local PAGE = { per_page = 1 }

-- The gateway's codes for a header that holds no token.
local malformed = { [6003] = true, [6103] = true, [6111] = true }

local refusals = { authentication = true, permission = true }
local answers = { authentication = true, permission = true, not_found = true, invalid = true }

-- What the API itself said about a request; nil for trouble, and what stands in front of the API.
local function verdict(err, is_legacy)
  if not answers[err.kind] or not err.status or err.status >= 500 then return nil end
  if is_legacy then return err.kind end
  return api_error.source(err.body, {}) == "api" and err.kind or nil
end

local function has_code(err, codes)
  for _, item in ipairs(err.errors or {}) do
    if codes[tonumber(item.code)] then return true end
  end
  return false
end

-- The message without its hint, which knows less than the check.
local function without_hint(err)
  local suffix = err.hint and "; " .. err.hint
  if not suffix or err.message:sub(-#suffix) ~= suffix then return err.message end
  return err.message:sub(1, -#suffix - 1)
end

local function fail(client, err, reason, text, names)
  local clause = setting_origin.clause({ scope = client._scope }, names)
  err.message = text .. clause .. ": " .. without_hint(err)
  err.reason, err.hint = reason, nil
  return nil, err.message, err
end

local function unknown(client, err)
  local text = "cannot tell whether token, account and app are right"
  return fail(client, err, "unknown", text, { "base_url" })
end

local function wrong_token(client, err, text)
  return fail(client, err, "token", text, { "api_token" })
end

local function wrong_account(client, err)
  return fail(client, err, "account", "there is no such account", { "account_id" })
end

-- Asks the gateway about the token: "active", another status, false when it refuses the token, nil
-- with the error when it cannot say. A token that a path does not know is refused there.
local function verify(client, path, options)
  local request = { path = path }
  for name, value in pairs(options) do
    request[name] = value
  end
  local reply, _, err = client:request(request)
  if reply then
    local status = type(reply.result) == "table" and reply.result.status
    return type(status) == "string" and status or "active"
  end
  local is_answer = verdict(err) or err.kind == "api" and err.status < 500
  if is_answer then return false, err end
  return nil, err
end

-- A refused request: is it the token, or has the token no access?
local function explain_refusal(client, err, options, is_last)
  if client._channel.settings.is_legacy then
    return wrong_token(client, err, "the basic credentials are refused")
  end
  if has_code(err, malformed) then return wrong_token(client, err, "the api_token is malformed") end
  local status, trouble = verify(client, "/user/tokens/verify", options)
  if status == nil then return unknown(client, trouble) end
  if status == "active" then
    if err.kind == "permission" then
      local text = "the api_token is valid, but has no permission for RealtimeKit on the account"
      return wrong_token(client, err, text)
    end
    local text = "the api_token is valid, but has no access to the account"
    return fail(client, err, "account", text, { "account_id", "api_token" })
  end
  if status then return wrong_token(client, err, "the api_token is " .. status) end
  if is_last then return wrong_token(client, err, "the api_token is refused") end
  local path = "/accounts/" .. client._scope.account_id .. "/tokens/verify"
  status, trouble = verify(client, path, options)
  if status == nil then return unknown(client, trouble) end
  if status == false then
    if trouble.kind == "not_found" then return wrong_account(client, trouble) end
    return wrong_token(client, err, "the api_token is refused, or is that of another account")
  end
  local text = status == "active"
      and "the api_token is the account's and valid, but has no permission for RealtimeKit"
    or "the api_token is " .. status
  return wrong_token(client, err, text)
end

-- Nothing was found: is it the app or the account?
local function explain_absence(client, err, options)
  local settings = client._channel.settings
  if settings.is_legacy then return unknown(client, err) end
  if not client._scope.app_id then return wrong_account(client, err) end
  local apps, _, failure = client.apps:list(PAGE, options)
  if apps then
    return fail(client, err, "app", "the account has no such app", { "app_id", "account_id" })
  end
  local said = verdict(failure)
  if refusals[said] then return explain_refusal(client, failure, options, true) end
  if said then return wrong_account(client, failure) end
  return unknown(client, failure)
end

-- The options of each request.
local function read_options(options)
  options = input_table.deep("options", options or {})
  option.check_call(options)
  if options.account_id or options.app_id then
    misuse.raise("check takes no account_id and app_id: client:app(app_id):check() checks an app")
  end
  local given = {}
  for name, value in pairs(options) do
    given[name] = value
  end
  given.max_retries = RETRIES
  return given
end

--- Checks the token, the account and, where the client has one, the app.
---@param client rtk.Client
---@param options? rtk.CallOptions without account_id and app_id
---@return true? ok
---@return string? message
---@return rtk.Error? err err.reason is "token", "account", "app", or "unknown" when the API did not
---say
function check.run(client, options)
  local given = read_options(options)
  local is_legacy = client._channel.settings.is_legacy
  local has_app = client._scope.app_id or is_legacy
  local reader = has_app and client.meetings or client.apps
  local page, _, err = reader:list(PAGE, given)
  if page then return true end
  local said = verdict(err, is_legacy)
  if refusals[said] then return explain_refusal(client, err, given, false) end
  if said then return explain_absence(client, err, given) end
  return unknown(client, err)
end

return check
