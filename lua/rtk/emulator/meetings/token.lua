-- SPDX-License-Identifier: MIT
-- Participant tokens: JSON Web Tokens with readable claims and a random signature, which nothing
-- verifies.
local base64 = require("rtk.emulator.util.base64")
local json = require("rtk.emulator.util.json")

local token = {}

-- As long as an RSA signature of 2048 bits in base64url.
local SIGNATURE_LENGTH = 342

local HEADER = base64.url_encode(json.encode({ alg = "RS256", typ = "JWT" }))

--- A new token for a participant.
---@param emulator rtk.Emulator
---@param claims table<string, string> the ids that the token speaks for
---@return string
function token.new(emulator, claims)
  local issued = math.floor(emulator.clock:tick() / 1000)
  claims.iat, claims.exp = issued, issued + emulator.options.token_lifetime
  local payload = base64.url_encode(json.encode(claims))
  return table.concat({ HEADER, payload, emulator.ids:base64url(SIGNATURE_LENGTH) }, ".")
end

--- The claims of a token that `new` made.
---@param text string
---@return table? claims nil when it is no such token
function token.read(text)
  local payload = text:match("^[0-9A-Za-z_-]+%.([0-9A-Za-z_-]+)%.[0-9A-Za-z_-]+$")
  local bytes = payload and base64.url_decode(payload)
  local claims = bytes and json.decode(bytes)
  return type(claims) == "table" and claims or nil
end

return token
