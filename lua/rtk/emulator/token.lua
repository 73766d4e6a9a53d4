-- SPDX-License-Identifier: MIT
-- Participant tokens: JSON Web Tokens in form, with claims that can be decoded and a signature
-- that is random, because no one verifies it.
local json = require("rtk.emulator.json")

local M = {}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

-- As long as an RSA signature of 2048 bits in base64url.
local SIGNATURE_LENGTH = 342

local function character(index)
  return ALPHABET:sub(index + 1, index + 1)
end

--- Encodes three bytes, of which the last ones may be missing.
local function encode_group(a, b, c)
  local bits = a * 65536 + (b or 0) * 256 + (c or 0)
  local encoded = character(math.floor(bits / 262144)) .. character(math.floor(bits / 4096) % 64)
  if b then encoded = encoded .. character(math.floor(bits / 64) % 64) end
  if c then encoded = encoded .. character(bits % 64) end
  return encoded
end

--- Base64 with the URL-safe alphabet and without padding.
---@param bytes string
---@return string
function M.base64url(bytes)
  local groups = {}
  for at = 1, #bytes, 3 do
    groups[#groups + 1] = encode_group(bytes:byte(at, at + 2))
  end
  return table.concat(groups)
end

local HEADER = M.base64url(json.encode({ alg = "RS256", typ = "JWT" }))

--- A new token for a participant.
---@param emulator table
---@param claims table<string, string> the ids that the token speaks for
---@return string
function M.new(emulator, claims)
  local issued = math.floor(emulator.clock:tick() / 1000)
  claims.iat, claims.exp = issued, issued + emulator.options.token_lifetime
  local payload = M.base64url(json.encode(claims))
  return table.concat({ HEADER, payload, emulator.ids:base64url(SIGNATURE_LENGTH) }, ".")
end

--- The bytes of text in that alphabet; nil when it holds anything else.
local function decode(text)
  local bytes, bits, count = {}, 0, 0
  for i = 1, #text do
    local value = ALPHABET:find(text:sub(i, i), 1, true)
    if not value then return nil end
    bits, count = bits * 64 + value - 1, count + 6
    if count >= 8 then
      count = count - 8
      bytes[#bytes + 1] = string.char(math.floor(bits / 2 ^ count))
      bits = bits % 2 ^ count
    end
  end
  return table.concat(bytes)
end

--- The claims of a token that `new` made.
---@param text string
---@return table? claims nil when it is no such token
function M.read(text)
  local payload = text:match("^[%w_-]+%.([%w_-]+)%.[%w_-]+$")
  local bytes = payload and decode(payload)
  local claims = bytes and json.decode(bytes)
  return type(claims) == "table" and claims or nil
end

return M
