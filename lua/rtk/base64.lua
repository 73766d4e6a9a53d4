-- SPDX-License-Identifier: MIT
-- Base64 as HTTP Basic authentication wants it (RFC 4648, with padding).

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

return base64
