-- SPDX-License-Identifier: MIT
-- Reproducible random numbers, UUIDs and tokens that depend on the seed alone.
--
-- The generator is L'Ecuyer's combined one (Communications of the ACM 31(6), 1988). Its products
-- stay below 2^53, so doubles and 64-bit integers give the same numbers on every Lua.
local base64 = require("rtk.emulator.util.base64")

local MODULUS_1, FACTOR_1 = 2147483563, 40014
local MODULUS_2, FACTOR_2 = 2147483399, 40692

local Random = { __name = "rtk.emulator.state.random" }
Random.__index = Random

local PER_SIXTEEN_BITS = 2 ^ 15

local WARM_UP_ROUNDS = 16

--- A number of 16 bits.
---@return integer
function Random:sixteen_bits()
  self.first = self.first * FACTOR_1 % MODULUS_1
  self.second = self.second * FACTOR_2 % MODULUS_2
  local combined = (self.first - self.second) % (MODULUS_1 - 1)
  return math.floor(combined / PER_SIXTEEN_BITS)
end

--- A number from 0 to below 1.
---@return number
function Random:fraction()
  return self:sixteen_bits() % 2 ^ 16 / 2 ^ 16
end

--- Lower-case hexadecimal digits, a multiple of four of them.
---@param digits integer
---@return string
function Random:hex(digits)
  local parts = {}
  for index = 1, digits / 4 do
    parts[index] = string.format("%04x", self:sixteen_bits())
  end
  return table.concat(parts)
end

--- A version 4 UUID.
---@return string
function Random:uuid()
  local version = 0x4000 + self:sixteen_bits() % 0x1000
  local variant = 0x8000 + self:sixteen_bits() % 0x4000
  local last = self:hex(12)
  return string.format("%s-%s-%04x-%04x-%s", self:hex(8), self:hex(4), version, variant, last)
end

--- Characters of the URL-safe base64 alphabet.
---@param length integer
---@return string
function Random:base64url(length)
  local parts = {}
  for index = 1, length do
    local position = self:sixteen_bits() % 64 + 1
    parts[index] = base64.URL_ALPHABET:sub(position, position)
  end
  return table.concat(parts)
end

---@param seed integer
local function new(seed)
  local self = setmetatable({
    first = 1 + seed % (MODULUS_1 - 1),
    second = 1 + seed % (MODULUS_2 - 1),
  }, Random)
  for _ = 1, WARM_UP_ROUNDS do
    self:sixteen_bits()
  end
  return self
end

return { new = new }
