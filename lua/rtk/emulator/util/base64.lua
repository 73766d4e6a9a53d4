-- SPDX-License-Identifier: MIT
-- Base64 (RFC 4648): the standard alphabet with padding, and the URL-safe one without.
local base64 = {}

--- The URL-safe alphabet, in the order of its digits.
base64.URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

local TO_STANDARD = { ["-"] = "+", ["_"] = "/" }
local TO_URL = { ["+"] = "-", ["/"] = "_" }

local function character(index)
  return base64.URL_ALPHABET:sub(index + 1, index + 1)
end

--- Encodes three bytes, of which the last ones may be missing.
local function encode_group(a, b, c)
  local bits = a * 65536 + (b or 0) * 256 + (c or 0)
  local encoded = character(math.floor(bits / 262144)) .. character(math.floor(bits / 4096) % 64)
  if b then encoded = encoded .. character(math.floor(bits / 64) % 64) end
  if c then encoded = encoded .. character(bits % 64) end
  return encoded
end

--- With the URL-safe alphabet and without padding.
---@param bytes string
---@return string
function base64.url_encode(bytes)
  local groups = {}
  for at = 1, #bytes, 3 do
    groups[#groups + 1] = encode_group(bytes:byte(at, at + 2))
  end
  return table.concat(groups)
end

--- With the standard alphabet and padding.
---@param bytes string
---@return string
function base64.encode(bytes)
  local text = base64.url_encode(bytes):gsub("[-_]", TO_STANDARD)
  return text .. ("="):rep(-#text % 4)
end

--- The bytes of text in the URL-safe alphabet; nil when it holds anything else.
---@param text string
---@return string? bytes
function base64.url_decode(text)
  local bytes, bits, count = {}, 0, 0
  for index = 1, #text do
    local value = base64.URL_ALPHABET:find(text:sub(index, index), 1, true)
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

--- The bytes of text in the standard alphabet; nil when it holds anything else.
---@param text string
---@return string? bytes
function base64.decode(text)
  if text:find("[-_]") then return nil end
  return base64.url_decode((text:gsub("=", ""):gsub("[+/]", TO_URL)))
end

return base64
