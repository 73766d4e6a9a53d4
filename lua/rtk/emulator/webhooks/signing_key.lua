-- SPDX-License-Identifier: MIT
-- The 2048-bit RSA key that signs webhooks, and the public document with the key that verifies
-- them, which needs no credentials. The key is made on first use, and is the only part of an
-- emulator that does not follow from the seed. The C part of rtk makes and uses it; nothing else of
-- an emulator needs that, so it is loaded here.
local response = require("rtk.emulator.http.response")

local SigningKey = { __name = "rtk.emulator.webhooks.signing_key" }
SigningKey.__index = SigningKey

local BITS = 2048

local function get_public_key(request)
  local pem, message = request.emulator.signing_key:public()
  if not pem then return response.failure(503, message) end
  return { status = 200, body = { success = true, data = { publicKey = pem }, message = "" } }
end

local signing_key = { routes = { { "GET", "/.well-known/webhooks.json", get_public_key } } }

-- Makes the key if there is none yet.
local function ensure(self)
  if self._key then return true end
  local ok, core = pcall(require, "rtk.core")
  if not ok then return nil, "webhooks cannot be signed: rtk.so is not here for this Lua" end
  local key, message = core.new_private_key(BITS)
  if not key then return nil, "webhooks cannot be signed: " .. message end
  self._key = key
  return true
end

--- The public key in PEM.
---@return string? pem
---@return string? message
function SigningKey:public()
  local ok, message = ensure(self)
  if not ok then return nil, message end
  local pem
  pem, message = self._key:public_pem()
  -- The service's own has no line break at its end.
  if not pem then return nil, message end
  return (pem:gsub("\n$", ""))
end

--- Replaces the key.
---@return string? pem the new public key
---@return string? message
function SigningKey:rotate()
  self._key = nil
  return self:public()
end

--- Signs a text.
---@param text string
---@return string? signature in Base64
---@return string? message
function SigningKey:sign(text)
  local ok, message = ensure(self)
  if not ok then return nil, message end
  return self._key:sign(text)
end

--- Makes a key.
---@return table key
function signing_key.new()
  return setmetatable({}, SigningKey)
end

return signing_key
