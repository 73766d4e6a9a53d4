-- SPDX-License-Identifier: MIT
-- Floats against the host: what decoding reads is the same to the last bit, and what encoding
-- writes has the fewest digits that read back.

local core = require("rtk.core")
local Random = require("spec.support.data.random")

-- Text of a float that no two floats share; it tells zeros apart, too.
local function bits(value)
  return ("%.17g"):format(value)
end

local function check(text)
  assert(text:find("[.e]"), text) -- else Lua may read an integer
  local host, value = tonumber(text), core.decode(text)
  if host == math.huge or host == -math.huge then
    assert.is_nil(value, text)
  elseif bits(host) ~= bits(assert(value, text)) then
    assert.are.equal(bits(host), bits(value), text)
  end
end

local function check_written(value)
  local written = core.encode(value)
  assert.are.equal(value, tonumber(written))
  if not written:find("[.e]") then return end
  local digits = written:gsub("e.*", ""):gsub("[-.]", ""):gsub("^0+", ""):gsub("0+$", "")
  for precision = 1, #digits - 1 do
    local shorter = tonumber(("%." .. precision .. "g"):format(value))
    assert(value ~= shorter, written)
  end
end

-- A random float of any magnitude, made of 53 random bits.
local function any_float(random)
  local mantissa = random:below(2 ^ 26) * 2 ^ 27 + random:below(2 ^ 27)
  return mantissa * 2.0 ^ (random:below(500) - 250) * 2.0 ^ (random:below(1300) - 824)
end

local function random_digits(random, count)
  local list = {}
  for i = 1, count do
    list[i] = tostring(random:below(10))
  end
  return table.concat(list)
end

describe("floats", function()
  it("are read as strtod reads them, with any number of digits and any exponent", function()
    local random = Random.new(21)
    for _ = 1, 8000 do
      local whole, fraction = random:below(100000000), random_digits(random, random:below(25) + 1)
      check(("%d.%s"):format(whole, fraction))
      check(("-%d.%se%d"):format(whole % 10, fraction, random:below(700) - 350))
      check(("0.%s%s"):format(("0"):rep(random:below(30)), fraction))
    end
  end)

  it("are read back from 15 to 20 digits as they were", function()
    local random = Random.new(22)
    for _ = 1, 4000 do
      local value = any_float(random)
      for precision = 15, 20 do
        check(("%." .. precision .. "e"):format(value))
      end
    end
  end)

  it("are read right in the middle of two and next to it", function()
    local random = Random.new(23)
    for _ = 1, 1000 do
      -- An odd number of 54 bits, exactly, and the same divided by powers of two.
      local odd = 2 ^ 53 + random:below(2 ^ 26) * 2 ^ 27 + random:below(2 ^ 27)
      local whole = ("%.0f"):format(odd - odd % 2):gsub("[02468]$", function(digit)
        return tostring(tonumber(digit) + 1)
      end)
      for _, tail in ipairs({ ".0", ".000000000000000000000000000001", ".0e-7", ".0e2", "e1" }) do
        check(whole .. tail)
      end
      local below = ("%.0f"):format(tonumber(whole:sub(1, -2)) * 10)
      check(below .. "." .. ("9"):rep(random:below(40) + 1))
      check(whole .. "." .. ("0"):rep(random:below(800)) .. "1")
    end
  end)

  it("are read right at the ends of the range, subnormal ones too", function()
    local random = Random.new(24)
    for _, text in ipairs({
      "1.7976931348623157e308",
      "1.7976931348623158e308",
      "1.7976931348623159e308",
      "17976931348623158079e289",
      "2.2250738585072014e-308",
      "2.2250738585072011e-308",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324",
      "1e-400",
      "1e400",
      "1e99999",
      "0e99999",
      "1e-99999",
      "0." .. ("0"):rep(400) .. "1e400",
      "1" .. ("0"):rep(400) .. "e-400",
      "1" .. ("0"):rep(400) .. ".5e-100",
      "-0.0",
      "-0e5",
    }) do -- stylua: ignore
      check(text)
    end
    for _ = 1, 2000 do
      local digits = random_digits(random, random:below(22) + 1)
      check(("%d.%se-%d"):format(random:below(9) + 1, digits, 300 + random:below(30)))
      check(("%d.%se+%d"):format(random:below(9) + 1, digits, 300 + random:below(9)))
    end
  end)

  it("are written with the fewest digits that read back", function()
    local random = Random.new(25)
    for _ = 1, 3000 do
      check_written(any_float(random))
      check_written(random:below(2 ^ 31 - 2) / 10 ^ random:below(12))
    end
    for exponent = -1074, 1023 do
      assert.are.equal(2.0 ^ exponent, tonumber(core.encode(2.0 ^ exponent)))
    end
    for _, value in ipairs({ 0.1, 0.3, 1 / 3, 5e-324, 2.2250738585072014e-308, 0.1 + 0.2 }) do
      check_written(value)
    end
    assert.are.equal("0.30000000000000004", core.encode(0.1 + 0.2))
    assert.are.equal("1.7976931348623157e308", core.encode(1.7976931348623157e308))
  end)
end)
