-- SPDX-License-Identifier: MIT
-- Checks credentials. The gateway checks the form of the Authorization header (400, code 6003)
-- before routing, token and account after it. The legacy surface takes Basic credentials, app id
-- and API key, and replies to bad ones with "Unauthorized" only.
local base64 = require("rtk.emulator.util.base64")
local response = require("rtk.emulator.http.response")

local auth = {}

local function invalid_headers(code, message)
  local chain = { { code = code, message = message } }
  return response.gateway_failure(400, {
    { code = 6003, message = "Invalid request headers", error_chain = chain },
  })
end

--- The bearer token of a request.
---@param headers table<string, string>
---@return string? token
---@return rtk.emulator.Reply? failure
function auth.bearer(headers)
  local header = headers.authorization
  if not header then return nil, invalid_headers(6103, "Invalid format for X-Auth-Key header") end
  local token = header:match("^[Bb]earer +([!-~]+)$")
  if token then return token end
  return nil, invalid_headers(6111, "Invalid format for Authorization header")
end

--- Whether a well-formed token may use an account.
---@param options table
---@param token string
---@param account_id string
---@return rtk.emulator.Reply? failure
function auth.check(options, token, account_id)
  if options.api_token and token ~= options.api_token then
    return response.gateway_failure(401, { { code = 10000, message = "Authentication error" } })
  end
  if options.account_id and account_id ~= options.account_id then
    local message = "Unauthorized to access requested resource"
    return response.gateway_failure(403, { { code = 9109, message = message } })
  end
end

--- Reads legacy credentials: the organization id, which is the app id, and the API key.
---@param options table
---@param headers table<string, string>
---@return string? app_id nil without valid credentials
function auth.basic(options, headers)
  local encoded = (headers.authorization or ""):match("^[Bb]asic +([0-9A-Za-z+/]+=*)$")
  local app_id, key = (encoded and base64.decode(encoded) or ""):match("^([^:]+):(.+)$")
  if not app_id or options.api_token and key ~= options.api_token then return nil end
  return app_id
end

return auth
