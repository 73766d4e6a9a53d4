-- SPDX-License-Identifier: MIT
-- Verification of tokens, which the gateway serves itself: one path for the tokens of users, one
-- for those of accounts (option `token_owner`). Each refuses the tokens of the other.
local auth = require("rtk.emulator.http.auth")
local json = require("rtk.emulator.util.json")
local response = require("rtk.emulator.http.response")

local TOKEN_ID = "ed17574386854bf78a67040be0a770b0"

local function verified()
  local message = { code = 10000, message = "This API Token is valid and active" }
  return {
    status = 200,
    body = {
      success = true,
      errors = json.array(),
      messages = json.array({ message }),
      result = { id = TOKEN_ID, status = "active" },
    },
  }
end

local function invalid()
  return response.gateway_failure(401, { { code = 1000, message = "Invalid API Token" } })
end

-- Whether the token of a request is one of this owner's that may use this account.
local function verify(owner)
  return function(request)
    local options = request.options
    if options.token_owner ~= owner then return invalid() end
    local account_id = request.ids.account_id or options.account_id
    if auth.check(options, request.token, account_id) then return invalid() end
    return verified()
  end
end

return {
  routes = {
    { "GET", "/user/tokens/verify", verify("user") },
    { "GET", "/accounts/{account_id}/tokens/verify", verify("account") },
  },
}
