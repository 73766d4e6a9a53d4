-- SPDX-License-Identifier: MIT
-- Base64 (RFC 4648, with padding), which HTTP Basic authentication needs.

local base64 = {}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function digit(value)
  return ALPHABET:sub(value + 1, value + 1)
end

--- Encodes bytes.
---@param bytes string
---@return string text
function base64.encode(bytes)
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

--- Decodes a text; ignores characters outside of the alphabet.
---@param text string
---@return string bytes
function base64.decode(text)
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

return base64
