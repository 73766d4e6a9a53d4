-- SPDX-License-Identifier: MIT
-- Padded digests as RSASSA-PKCS1-v1_5 wants them (RFC 8017, section 9.2), and ways to get them
-- wrong; numbers of many bytes, most significant first; public keys of any two numbers.

local base64 = require("rtk.emulator.util.base64")

local pkcs1 = {}

local function bytes(digits)
  return (
    digits:gsub("%X", ""):gsub("%x%x", function(byte)
      return string.char(tonumber(byte, 16))
    end)
  )
end

pkcs1.bytes = bytes

-- What stands before the digest.
pkcs1.SHA256 = bytes("3031 300d 0609 608648016503040201 0500 0420")
pkcs1.SHA256_WITHOUT_NULL = bytes("302f 300b 0609 608648016503040201 0420")
pkcs1.SHA512_NAME = bytes("3031 300d 0609 608648016503040203 0500 0420")
pkcs1.SHA224_NAME = bytes("3031 300d 0609 608648016503040204 0500 0420")
pkcs1.SHA1_NAME = bytes("302d 3009 0605 2b0e03021a 0500 0420")
pkcs1.SHA1 = bytes("3021 3009 0605 2b0e03021a 0500 0414")
-- The same as SHA256, with lengths in the long form.
pkcs1.SHA256_LONG_LENGTH = bytes("308131 300d 0609 608648016503040201 0500 0420")

--- A padded digest; each part may be given.
---@param size integer
---@param parts table { digest, start?, filler?, zero?, info?, tail? }
---@return string
function pkcs1.pad(size, parts)
  local start = parts.start or "\0\1"
  local rest = (parts.zero or "\0") .. (parts.info or pkcs1.SHA256) .. parts.digest
  rest = rest .. (parts.tail or "")
  local filler = parts.filler or ("\255"):rep(size - #start - #rest)
  local padded = start .. filler .. rest
  -- What is short is filled up at its end.
  return padded .. ("\0"):rep(size - #padded)
end

--- The sum of two numbers, or their difference; as long as the first, if it fits.
---@param a string
---@param b string
---@param sign? integer -1 to subtract
---@return string
function pkcs1.add(a, b, sign)
  local sum, carry = {}, 0
  b = ("\0"):rep(#a - #b) .. b
  for index = #a, 1, -1 do
    local digit = a:byte(index) + (sign or 1) * b:byte(index) + carry
    carry = math.floor(digit / 256)
    table.insert(sum, 1, string.char(digit % 256))
  end
  if carry > 0 then table.insert(sum, 1, string.char(carry)) end
  return table.concat(sum)
end

local function element(tag, content)
  local length = string.char(0x82, math.floor(#content / 256), #content % 256)
  if #content < 128 then length = string.char(#content) end
  return string.char(tag) .. length .. content
end

local function integer(number)
  return element(2, number:byte() >= 128 and "\0" .. number or number)
end

--- A block of PEM.
---@param label string
---@param content string
---@return string
function pkcs1.pem(label, content)
  local lines = base64.encode(content):gsub(("."):rep(64), "%0\n"):gsub("\n$", "")
  return ("-----BEGIN %s-----\n%s\n-----END %s-----\n"):format(label, lines, label)
end

--- A public key with this modulus and this exponent, as an RSA PUBLIC KEY and as a PUBLIC KEY.
---@param modulus string
---@param exponent string
---@return string pkcs1_pem
---@return string spki_pem
function pkcs1.public_key(modulus, exponent)
  local numbers = element(0x30, integer(modulus) .. integer(exponent))
  local algorithm = bytes("300d 0609 2a864886f70d010101 0500")
  local spki = element(0x30, algorithm .. element(3, "\0" .. numbers))
  return pkcs1.pem("RSA PUBLIC KEY", numbers), pkcs1.pem("PUBLIC KEY", spki)
end

return pkcs1
