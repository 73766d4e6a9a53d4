-- SPDX-License-Identifier: MIT
-- The credentials of a client: checks them and makes the Authorization header.
--
-- A client has an api_token, or the organization id and API key of the older API. Messages
-- never show a value, only its name.

local misuse = require("rtk.misuse")

local credentials = {}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function digit(value)
  return ALPHABET:sub(value + 1, value + 1)
end

--- Encodes bytes in Base64 (RFC 4648, with padding), as HTTP Basic authentication needs it.
---@param bytes string
---@return string text
function credentials.encode(bytes)
  local quads = {}
  for index = 1, #bytes, 3 do
    local a, b, c = bytes:byte(index, index + 2)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    quads[#quads + 1] = digit(math.floor(bits / 262144))
      .. digit(math.floor(bits / 4096) % 64)
      .. (b and digit(math.floor(bits / 64) % 64) or "=")
      .. (c and digit(bits % 64) or "=")
  end
  return table.concat(quads)
end

--- Decodes Base64; ignores characters outside of the alphabet.
---@param text string
---@return string bytes
function credentials.decode(text)
  local bytes, bits, count = {}, 0, 0
  for character in text:gmatch("[A-Za-z0-9+/]") do
    bits, count = bits * 64 + ALPHABET:find(character, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      bytes[#bytes + 1] = string.char(math.floor(bits / 2 ^ count))
      bits = bits % 2 ^ count
    end
  end
  return table.concat(bytes)
end

--- Why a value cannot be a token; nil when it can.
---@param token any
---@return string? defect
function credentials.token_defect(token)
  if type(token) ~= "string" then
    return "api_token must be a string, got " .. misuse.describe(token)
  end
  if token == "" then return "api_token must not be empty" end
  if token:find("^[Bb]earer[ \t-\r]") then
    return 'api_token must be the bare token: leave out "Bearer "'
  end
  if token:find("[%z\1-\32\127\"']") then
    return "api_token must not contain spaces, line breaks or quotes; was it pasted whole?"
  end
  return token:find("[\127-\255]") and "api_token must be plain ASCII" or nil
end

local function check_basic(basic)
  local organization, key = basic.organization_id or basic[1], basic.api_key or basic[2]
  for name, value in pairs({ organization_id = organization or false, api_key = key or false }) do
    if type(value) ~= "string" or value == "" or value:find("[%z\1-\32\127]") then
      misuse.raise("basic." .. name .. " must be a string without spaces")
    end
  end
  if organization:find(":", 1, true) then
    misuse.raise("basic.organization_id must not contain a colon")
  end
  return { organization_id = organization, api_key = key }
end

--- Checks the credentials among the options of rtk.new.
---@param options { api_token?: string|function, basic?: table }
---@param default_token? string
---@return (string|function)? api_token
---@return { organization_id: string, api_key: string }? basic
function credentials.check(options, default_token)
  if options.basic then
    if options.api_token then misuse.raise("pass api_token or basic, not both") end
    return nil, check_basic(options.basic)
  end
  local token = options.api_token or default_token
  if not token then
    misuse.raise("api_token is missing: pass it to rtk.new or set CLOUDFLARE_API_TOKEN")
  end
  local defect = type(token) ~= "function" and credentials.token_defect(token)
  if defect then misuse.raise(defect) end
  return token, nil
end

--- The value of the Authorization header for the older API.
---@param basic { organization_id: string, api_key: string }
---@return string
function credentials.basic_header(basic)
  return "Basic " .. credentials.encode(basic.organization_id .. ":" .. basic.api_key)
end

return credentials
