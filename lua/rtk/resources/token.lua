-- SPDX-License-Identifier: MIT
-- Reads what a participant's token says of itself. The token is a JSON Web Token (RFC 7519) whose
-- claims anyone can read who has it. No message quotes any of it: who has the token can join.

local core = require("rtk.core")

---@class rtk.TokenClaims
---@field participant_id? string
---@field meeting_id? string
---@field app_id? string
---@field preset_id? string
---@field issued_at? number seconds since 1970, as os.time() counts them
---@field expires_at? number seconds since 1970; the service has tokens expire after 100 days
---@field claims table<string, any> all claims by their names in the token

local token = {}

-- Far more than a token has: reading must not take long, whatever a browser sent.
local LONGEST = 16384 -- bytes

-- The claims of the service, and the same words in the API's own spelling.
local ids = {
  participant_id = { "participantId", "participant_id" },
  meeting_id = { "meetingId", "meeting_id" },
  app_id = { "orgId", "org_id", "appId", "app_id" },
  preset_id = { "presetId", "preset_id" },
}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

local PATTERN = "^([A-Za-z0-9_-]+)%.([A-Za-z0-9_-]+)%.[A-Za-z0-9_-]+$"

local digits = {}
for index = 1, #ALPHABET do
  digits[ALPHABET:byte(index)] = index - 1
end

-- The bytes of base64url (RFC 4648) without padding, of characters that are all in the alphabet.
local function bytes_of(text)
  local bytes, bits, count = {}, 0, 0
  for index = 1, #text do
    bits, count = bits * 64 + digits[text:byte(index)], count + 6
    if count >= 8 then
      count = count - 8
      local unit = 2 ^ count
      local byte = math.floor(bits / unit)
      bytes[#bytes + 1] = string.char(byte)
      bits = bits - byte * unit
    end
  end
  return table.concat(bytes)
end

local function object_in(part)
  local value = core.decode(bytes_of(part))
  local is_object = type(value) == "table" and getmetatable(value) ~= core.array_metatable
  return is_object and value or nil
end

local function text_of(claims, names)
  for _, name in ipairs(names) do
    if type(claims[name]) == "string" then return claims[name] end
  end
  return nil
end

local function moment_of(claim)
  local is_moment = type(claim) == "number" and claim >= 0 and claim < 2 ^ 53
  return is_moment and claim or nil
end

--- Reads a token.
---@param text string
---@return rtk.TokenClaims? claims
---@return string? message
function token.read(text)
  local header, payload
  if #text <= LONGEST then
    header, payload = text:match(PATTERN)
  end
  if not header then
    return nil, "not a participant's token: it must have three parts, each of base64url"
  end
  local claims = object_in(header) and object_in(payload)
  if not claims then return nil, "not a participant's token: its parts must be JSON objects" end
  local read = { claims = claims }
  for name, names in pairs(ids) do
    read[name] = text_of(claims, names)
  end
  if not read.participant_id and not read.meeting_id then
    return nil, "not a participant's token: it names neither a participant nor a meeting"
  end
  read.issued_at, read.expires_at = moment_of(claims.iat), moment_of(claims.exp)
  return read
end

return token
