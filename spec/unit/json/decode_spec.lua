-- SPDX-License-Identifier: MIT
-- What decoding makes of a text, and what it says when it refuses one.

local core = require("rtk.core")
local equal = require("spec.support.asserts.equal")
local Random = require("spec.support.data.random")
local unicode = require("spec.support.data.unicode")

-- Only where integers are a subtype.
local math_type = rawget(math, "type")

local function decode(text)
  return assert(core.decode(text))
end

local function refusal(text)
  local value, message = core.decode(text)
  assert.is_nil(value)
  return message
end

describe("core.decode", function()
  it("returns objects as tables without a metatable", function()
    local value = decode('{"id":"m1","nested":{"a":true,"b":false}}')
    assert.are.same({ id = "m1", nested = { a = true, b = false } }, value)
    assert.is_nil(getmetatable(value))
  end)

  it("returns arrays that carry the array metatable", function()
    local value = decode("[1,[],[[2]]]")
    for _, array in ipairs({ value, value[2], value[3], value[3][1] }) do
      assert.are.equal(core.array_metatable, getmetatable(array))
    end
    assert.are.equal("array", core.array_metatable.__jsontype)
    assert.are.equal(3, #value)
  end)

  it("leaves null members out, even after a member of the same name", function()
    assert.are.same({}, decode('{"a":null}'))
    assert.are.same({ b = 2 }, decode('{"a":1,"b":2,"a":null}'))
    assert.are.same({ a = 3 }, decode('{"a":1,"a":null,"a":3}'))
    assert.are.same({}, decode('{"\\u0061":{"x":1},"a":null}'))
  end)

  it("keeps nulls in arrays and at the top level as core.null", function()
    local value = decode("[null,1,null]")
    assert.are.equal(core.null, value[1])
    assert.are.equal(core.null, value[3])
    assert.are.equal(core.null, decode("null"))
    assert.are.equal(require("cjson").null, core.null)
  end)

  it("lets the last of equal names win", function()
    assert.are.same({ a = { 2 } }, decode('{"a":{"b":1},"a":[2]}'))
    -- Short names are read in words that reach behind them.
    for length = 0, 9 do
      local name = ("n"):rep(length)
      local text = ('{"%s":true,"%s" :3.5,\n"%s"\t: [ ]   , "%s":"last" }'):gsub("%%s", name)
      assert.are.same({ [name] = "last" }, decode(text))
    end
  end)

  it("returns false as a value", function()
    local value, message = core.decode("false")
    assert.is_false(value)
    assert.is_nil(message)
  end)

  it("reads integers exactly", function()
    for _, text in ipairs({ "0", "1", "-1", "30", "4294967296", "9007199254740992" }) do
      assert.are.equal(text, ("%.0f"):format(decode(text)))
    end
    if math_type then
      local large = { "9223372036854775807", "-9223372036854775808", "9007199254740993" }
      for _, text in ipairs(large) do
        assert.are.equal(text, ("%d"):format(decode(text)))
      end
      assert.are.equal("integer", math_type(decode("30")))
    end
  end)

  it("reads integers beyond 64 bits as the nearest float", function()
    assert.are.equal(2 ^ 63, decode("9223372036854775808"))
    assert.are.equal(-2 ^ 63 - 2048, decode("-9223372036854777000"))
    assert.are.equal(1e19, decode("10000000000000000000"))
    assert.are.equal(123456789012345678901234567890, decode("123456789012345678901234567890"))
  end)

  it("reads numbers with a fraction or an exponent as floats", function()
    assert.are.equal(100, decode("1e2"))
    assert.are.equal(1.5, decode("1.5"))
    if math_type then
      assert.are.equal("float", math_type(decode("1e2")))
      assert.are.equal("float", math_type(decode("1.0")))
    end
  end)

  it("keeps the sign of zero", function()
    assert.are.equal(-math.huge, 1 / decode("-0"))
    assert.are.equal(-math.huge, 1 / decode("-0.0"))
    assert.are.equal(math.huge, 1 / decode("0.0"))
  end)

  it("rounds decimals to the nearest double", function()
    local hard = {
      "9007199254740993.0",
      "9007199254740992.99999999999999999999",
      "9007199254740993.00000000000000000001",
      "0.500000000000000166533453693773481063544750213623046875",
      "2.2250738585072011e-308",
      "1.7976931348623158e308",
      "2.4703282292062328e-324",
      "6929495644600919.5",
      "3.7455744005952583e15",
      "1" .. ("0"):rep(30) .. ".5e-10",
      "0." .. ("3"):rep(900),
      "9007199254740993." .. ("0"):rep(900) .. "1",
    }
    for _, text in ipairs(hard) do
      assert.are.equal(tonumber(text), decode(text), text)
    end
  end)

  it("reads random decimals as the host does", function()
    local random = Random.new(7)
    for _ = 1, 3000 do
      local whole = random:below(2147483646)
      local text = ("%d.%0" .. random:below(12) + 1 .. "de%d"):format(
        whole,
        random:below(1000000),
        random:below(80) - 40
      )
      assert.are.equal(tonumber(text), decode(text), text)
    end
  end)

  it("tells keys of any length apart", function()
    for length = 1, 45 do
      local base = ("abcdefghij"):rep(5):sub(1, length)
      local members, expected = {}, {}
      for i = 1, length do
        local key = base:sub(1, i - 1) .. "X" .. base:sub(i + 1)
        members[i], expected[key] = ('"%s":%d'):format(key, i), i
      end
      local text = "{" .. table.concat(members, ",") .. "}"
      assert.are.same(expected, decode(text))
      assert.are.same(expected, decode(text))
    end
  end)

  it("reads more different keys than it caches", function()
    local members, expected = {}, {}
    for i = 1, 5000 do
      members[i], expected["k" .. i] =
        ('"k%d":{"v%d":[%d]}'):format(i, i, i), { ["v" .. i] = { i } }
    end
    assert.are.same(expected, decode("{" .. table.concat(members, ",") .. "}"))
  end)

  it("tells values apart that are seen again and again", function()
    for length = 1, 50 do
      local elements, expected = {}, {}
      for i = 1, 300 do
        local at = i % length
        local letter = string.char(97 + math.floor(i / length) % 3)
        expected[i] = ("x"):rep(at) .. letter .. ("x"):rep(length - at - 1)
        elements[i] = ('{"v":"%s"}'):format(expected[i])
      end
      local values = decode("[" .. table.concat(elements, ",") .. "]")
      for i = 1, 300 do
        equal(expected[i], values[i].v)
      end
    end
  end)

  it("reads keys that come in another order, or with spaces, after many that did not", function()
    local usual = '{"id":1,"created_at":2,"session_keep_alive_time_in_secs":3,"":4}'
    local others = {
      '{"created_at":2,"id":1,"":4,"session_keep_alive_time_in_secs":3}',
      '{"id" : 1 , "created_at" :2, "session_keep_alive_time_in_secs": 3,"" :4}',
      '{"i\\u0064":1,"created_at":2,"session_keep_alive_time_in_secs":3,"":4}',
    }
    local texts = {}
    for i = 1, 100 do
      texts[i] = i % 12 == 0 and others[i / 12 % 3 + 1] or usual
    end
    local expected = { id = 1, created_at = 2, session_keep_alive_time_in_secs = 3, [""] = 4 }
    for _, value in ipairs(decode("[" .. table.concat(texts, ",") .. "]")) do
      assert.are.same(expected, value)
    end
    assert.matches("expected ':' after a field name, found '1'", refusal('{"id"1}'))
    assert.matches("found the end at byte 6$", refusal('{"id"'))
  end)

  it("finds what is special at every place of a string", function()
    for length = 0, 40 do
      local text = ("x"):rep(length)
      for _, tail in ipairs({ "", "y", ("y"):rep(20) }) do
        assert.are.equal(text .. tail, decode('"' .. text .. tail .. '"'))
        assert.are.equal(text .. "\n" .. tail, decode('"' .. text .. "\\n" .. tail .. '"'))
        assert.are.equal(text .. "é" .. tail, decode('"' .. text .. "é" .. tail .. '"'))
        for _, bad in ipairs({ "\0", "\31" }) do
          local message = refusal('"' .. text .. bad .. tail .. '"')
          assert.matches(" at byte " .. length + 2 .. "$", message)
        end
        for _, bad in ipairs({ "\128", "\255", "\226\130", "\\udfff" }) do
          local expected = text .. "\239\191\189" .. tail
          assert.are.equal(expected, decode('"' .. text .. bad .. tail .. '"'))
          assert.are.same({ [expected] = 1 }, decode('{"' .. text .. bad .. tail .. '":1}'))
        end
      end
    end
  end)

  it("reads as U+FFFD what is not UTF-8, as the Encoding Standard has it", function()
    local random = Random.new(8)
    -- Where ranges of first and second bytes begin and end.
    local bytes = {}
    for _, byte in ipairs({ 0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF }) do
      bytes[#bytes + 1] = string.char(byte)
    end
    for _, byte in ipairs({ 0xE0, 0xE1, 0xEC, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF }) do
      bytes[#bytes + 1] = string.char(byte)
    end
    for _ = 1, 5000 do
      local text = {}
      for at = 1, random:below(12) do
        text[at] = random:pick(bytes)
      end
      text = table.concat(text)
      equal(unicode.repaired(text), decode('"' .. text .. '"'))
    end
  end)

  it("reads every pair and triple of bytes as the Encoding Standard has it", function()
    for first = 0x80, 0xFF do
      for second = 0x80, 0xFF do
        for _, rest in ipairs({ "", "\128", "x", "\191\191" }) do
          local text = string.char(first, second) .. rest
          equal(unicode.repaired(text), decode('"' .. text .. '"'))
        end
      end
    end
  end)

  it("takes memory in proportion to the text, also after large arrays", function()
    local function growth(unit)
      local text = "[" .. unit:rep(math.ceil(200000 / #unit)) .. "0]"
      collectgarbage()
      collectgarbage("stop")
      local before = collectgarbage("count")
      decode(text)
      local grown = (collectgarbage("count") - before) * 1024 / #text
      collectgarbage("restart")
      return grown
    end
    for _, elements in ipairs({ 0, 1, 8, 300, 1023 }) do
      for _, depth in ipairs({ 1, 20, 500 }) do
        -- Arrays are made as large as earlier ones: these are opened before they are known.
        local unit = "[" .. ("0,"):rep(elements) .. ("["):rep(depth) .. ("]"):rep(depth) .. "],"
        local grown = growth(unit)
        assert.is_true(grown < 50, ("%.1f times for %d and %d"):format(grown, elements, depth))
      end
    end
    assert.is_true(growth('{"a":1},') < 50)
  end)

  it("accepts 512 nested tables and refuses more", function()
    local value = decode(("["):rep(512) .. ("]"):rep(512))
    local depth = 0
    while value do
      depth, value = depth + 1, value[1]
    end
    assert.are.equal(512, depth)
    assert.matches("at most 512 nested", refusal(("["):rep(513) .. ("]"):rep(513)))
  end)

  it("reads nested text in a coroutine as well", function()
    local text = ('{"a":['):rep(250) .. ("]}"):rep(250)
    local value = coroutine.wrap(function(...)
      return core.decode(...)
    end)(text)
    assert.are.equal("table", type(value.a[1].a[1].a))
  end)

  it("says what it expected, what it found and where", function()
    local messages = {
      [""] = "expected a value, found the end at byte 1",
      ["[1,]"] = "expected a value, found ']' at byte 4",
      ["{]"] = "expected '\"' before a field name, found ']' at byte 2",
      ['{"a" 1}'] = "expected ':' after a field name, found '1' at byte 6",
      ['{"a":1 "b"'] = "expected ',' or '}', found '\"' at byte 8",
      ["[1"] = "expected ',' or ']', found the end at byte 3",
      ["[1] \0"] = "expected the end of the text, found byte 0x00 at byte 5",
      ["\239\187\191"] = "expected a value, found the end at byte 4",
      [" \239\187\191[]"] = "expected a value, found byte 0xEF at byte 2",
      ['"a\tb"'] = "expected no raw control character in a string, found byte 0x09 at byte 3",
      ['"\192'] = "expected '\"' to end the string, found the end at byte 3",
      ['"\\ud800\\u12"'] = "expected four hexadecimal digits after \\u, found '\"' at byte 12",
      ['"\\q"'] = "expected one of \"\\/bfnrtu after a backslash, found 'q' at byte 3",
      ["-x"] = "expected a digit, found 'x' at byte 2",
      ["1e999"] = "expected a number within the range of a double, found '1' at byte 1",
    }
    for text, message in pairs(messages) do
      assert.are.equal("invalid JSON: " .. message, refusal(text))
    end
  end)

  it("raises for anything but a string", function()
    for _, value in ipairs({ 1, true, {} }) do
      assert.has_error(function()
        core.decode(value)
      end)
    end
    assert.error_matches(core.decode, "string expected")
  end)
end)
