-- SPDX-License-Identifier: MIT
-- What encoding writes, and how it names what it cannot write.

local core = require("rtk.core")
local equal = require("spec.support.asserts.equal")
local Random = require("spec.support.data.random")
local read_only = require("spec.support.data.read_only")

-- Only where integers are a subtype.
local has_integers = rawget(math, "type") ~= nil

local function array(list)
  return setmetatable(list, core.array_metatable)
end

--- The message of an encode that fails, called so that no position precedes it.
local function refusal(value, name)
  local ok, message = pcall(core.encode, value, name)
  assert.is_false(ok)
  return message
end

describe("core.encode", function()
  it("writes scalars", function()
    local texts =
      { [true] = "true", [false] = "false", [core.null] = "null", [""] = '""', a = '"a"' }
    for value, text in pairs(texts) do
      assert.are.equal(text, core.encode(value))
    end
  end)

  it("writes sequences as arrays and named fields as objects", function()
    assert.are.equal('[1,"a",[true]]', core.encode({ 1, "a", { true } }))
    assert.are.equal('{"a":{"b":[]}}', core.encode({ a = { b = array({}) } }))
  end)

  it("writes an empty table as an object unless its metatable says array", function()
    assert.are.equal("{}", core.encode({}))
    assert.are.equal("[]", core.encode(array({})))
    assert.are.equal("[]", core.encode(setmetatable({}, { __jsontype = "array" })))
    assert.are.equal("{}", core.encode(setmetatable({}, { __jsontype = "object" })))
    assert.are.equal("{}", core.encode(setmetatable({}, {})))
  end)

  it("never calls a metamethod", function()
    local function fail()
      error("called")
    end
    local meta = { __jsontype = "object", __index = fail, __len = fail, __eq = fail }
    meta.__tostring, meta.__gc, meta.__call = fail, nil, fail
    assert.are.equal('{"a":1}', core.encode(setmetatable({ a = 1 }, meta)))
    assert.are.equal("[1,2]", core.encode(setmetatable({ 1, 2 }, meta)))
    meta.__pairs = fail
    assert.matches("^value: cannot encode", refusal(setmetatable({ a = 1 }, meta)))
    local inherited = setmetatable({}, { __index = { __jsontype = "array" } })
    assert.are.equal("{}", core.encode(setmetatable({}, inherited)))
  end)

  it("refuses tables that keep fields behind their metatable, never writing {} for them", function()
    local proxy = read_only({ a = 1 })
    assert.matches(
      "^body%.x%[1%]: cannot encode a table with .* __pairs",
      refusal({ x = { proxy } }, "body")
    )
    local inherited = setmetatable({ a = 1 }, { __index = { b = 2 } })
    assert.matches("^value%.x: cannot encode a table with .* __index", refusal({ x = inherited }))
    local getter = setmetatable({ a = 1 }, { __index = function() end })
    assert.matches("^value: cannot encode a table with .* __index", refusal(getter))
    -- A method and what the table has itself hide nothing.
    local class = { describe = print, a = 2, _kind = "private" }
    assert.are.equal('{"a":1}', core.encode(setmetatable({ a = 1 }, { __index = class })))
  end)

  it("writes what an object keeps apart, in the __apart of its metatable", function()
    local function object(fields, apart)
      return setmetatable(fields, { __jsontype = "object", __pairs = print, __apart = apart })
    end
    assert.are.equal('{"a":1,"b":[2]}', core.encode(object({ a = 1 }, { b = { 2 } })))
    assert.are.equal('{"b":1}', core.encode(object({}, { b = 1 })))
    assert.are.equal('{"a":{}}', core.encode(object({ a = {} }, {})))
    assert.are.equal("{}", core.encode(object({}, {})))
    local inner = object({ c = {} }, { d = object({}, { e = array({}) }) })
    local nested = core.encode({ { x = inner }, 2 }, "body", true)
    assert.are.equal('[{"x":{"c":{},"d":{"e":[]}}},2]', nested)
    assert.are.equal("pairs", (core.table_kind(inner)))
    assert.matches("^value%.b%[1%]: cannot encode NaN", refusal(object({}, { b = { 0 / 0 } })))
    assert.matches("both array elements and named", refusal(object({ 1 }, { b = 2 })))
    assert.matches(
      "contains itself",
      refusal({
        (function()
          local loop = object({ a = 1 }, {})
          getmetatable(loop).__apart.b = loop
          return loop
        end)(),
      })
    )
  end)

  it("says when a table is to be read through its __pairs, where it may", function()
    assert.is_nil(core.encode({ 1, { read_only({ a = 1 }) } }, "body", true))
    assert.are.equal("[1]", core.encode({ 1 }, "body", true))
    local hidden = setmetatable({}, { __index = { b = 2 } })
    assert.is_false(pcall(core.encode, hidden, "body", true))
  end)

  it("reads inherited fields at every depth on what is left of the stack", function()
    local class = { __index = setmetatable({ f = print }, { __index = { g = print } }) }
    local value = setmetatable({ 1 }, class)
    for _ = 2, 512 do
      value = setmetatable({ value }, class)
    end
    assert.are.equal(("["):rep(512) .. "1" .. ("]"):rep(512), core.encode(value))
  end)

  it("writes sequences in order however they were filled", function()
    for count = 1, 40 do
      local value, expected = {}, {}
      for i = count, 1, -1 do
        value[i], expected[i] = { i }, "[" .. i .. "]"
      end
      assert.are.equal("[" .. table.concat(expected, ",") .. "]", core.encode(value))
    end
    local holes = { [3] = "c", [1] = "a", [2] = "b" }
    assert.are.equal('{"x":["a","b","c"]}', core.encode({ x = holes }))
  end)

  it("writes every element once, in any order that Lua keeps them", function()
    local value, text = 1, "1"
    for _ = 1, 200 do
      -- A constructor with keys puts 2 and 3 where lua_next may yield 3 first.
      value, text = { value, [3] = 1, [2] = { 2 } }, "[" .. text .. ",[2],1]"
    end
    -- Writing a level twice would double the work 200 times.
    assert.are.equal(text, core.encode(value))
  end)

  it("writes floats without a fraction like integers", function()
    local texts = {
      ["3"] = 3.0,
      ["-3"] = -3.0,
      ["1000000000000000"] = 1e15,
      ["0"] = 0.0,
      ["-0"] = tonumber("-0.0"),
    }
    texts["9007199254740992"] = 2 ^ 53
    texts["4611686018427387904"] = 2 ^ 62
    for text, value in pairs(texts) do
      assert.are.equal(text, core.encode(value))
    end
    assert.are.equal("9.223372036854776e18", core.encode(2 ^ 63))
    if has_integers then
      assert.are.equal("9223372036854775807", core.encode(core.decode("9223372036854775807")))
      assert.are.equal("-9223372036854775808", core.encode(core.decode("-9223372036854775808")))
    end
  end)

  it("writes floats with as few digits as read back the same", function()
    local texts = { 0.1, 0.5, -0.25, 12.345, 1e100, 1e-7, 1.5e300, 5e-5, 0.1 + 0.2, 100 / 3 }
    local expected = "[0.1,0.5,-0.25,12.345,1e100,1e-7,1.5e300,0.00005,0.30000000000000004,"
      .. "33.333333333333336]"
    assert.are.equal(expected, core.encode(texts))
  end)

  it("writes the smallest floats with as few digits, too", function()
    for _, text in ipairs({ "5e-324", "1e-323", "1.2e-322", "2.225073858507201e-308" }) do
      assert.equal(text, core.encode(tonumber(text)))
    end
  end)

  it("writes random floats so that they read back the same", function()
    local random = Random.new(11)
    for _ = 1, 5000 do
      local value = (random:below(2147483646) * 2147483647 + random:below(2147483646))
        * 2 ^ (random:below(1900) - 1000)
      equal(value, core.decode(core.encode(value)))
      equal(value, tonumber(core.encode(value)))
      local short = random:below(100000000) / 10 ^ random:below(9)
      equal(short, core.decode(core.encode(short)))
      assert(#core.encode(short) <= #("%.14g"):format(short), short)
    end
  end)

  it("escapes quotes, backslashes and control characters and nothing else", function()
    local short = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
    short["\b"], short["\f"] = "\\b", "\\f"
    for byte = 0, 127 do
      local char = string.char(byte)
      local written = short[char] or (byte < 32 and ("\\u%04x"):format(byte)) or char
      assert.are.equal('"' .. written .. '"', core.encode(char))
    end
  end)

  it("writes strings of every length with something special at every place", function()
    for length = 0, 40 do
      local head = ("x"):rep(length)
      for _, middle in ipairs({ "", "\n", '"', "é", "\226\128\168", "\127", "/" }) do
        local value = head .. middle .. head
        assert.are.equal(value, core.decode(core.encode(value)))
      end
    end
  end)

  it("names the path to what it cannot encode", function()
    local nan = 0 / 0
    local value = { layers = { default = { outputs = { 1, nan } } } }
    assert.matches(
      "^body%.layers%.default%.outputs%[2%]: cannot encode NaN",
      refusal(value, "body")
    )
    assert.matches('^value%["a b"%]%[1%]: cannot encode NaN', refusal({ ["a b"] = { nan } }))
    assert.matches('^value%["1a"%]: ', refusal({ ["1a"] = nan }))
    assert.matches('^value%["\\"\\010\\195\\169"%]: ', refusal({ ['"\né'] = nan }))
    assert.matches('^value%["kkk+"%]%.%.%.: ', refusal({ [("k"):rep(1000)] = nan }))
    assert.matches("^value: cannot encode NaN", refusal(nan))
    assert.matches("^query: cannot encode an infinite", refusal(math.huge, "query"))
    assert.matches("^value%.a: cannot encode an infinite", refusal({ a = -math.huge }))
  end)

  it("raises with the position of its caller", function()
    local ok, message = pcall(function()
      core.encode({ a = print })
    end)
    assert.is_false(ok)
    assert.matches("encode_spec%.lua:%d+: value%.a: cannot encode", message)
  end)

  it("refuses what JSON has no form for", function()
    assert.matches("type function", refusal({ a = print }))
    assert.matches("type thread", refusal({ coroutine.create(function() end) }))
    assert.matches("type userdata", refusal({ a = io.stdout }))
    assert.matches("type nil", refusal(nil))
    assert.has_error(core.encode)
  end)

  it("refuses tables that are neither arrays nor objects", function()
    local mixed = "a table with both array elements and named fields"
    assert.matches("^value: cannot encode " .. mixed, refusal({ 1, 2, x = 3 }))
    assert.matches("^value%.b: cannot encode " .. mixed, refusal({ b = { x = 3, [2] = 1 } }))
    assert.matches(mixed, refusal(array({ x = 1 })))
    assert.matches("^value%.c: .*array without element 2", refusal({ c = { 1, nil, 3 } }))
    assert.matches("without element 1 ", refusal({ [2] = 1 }))
    assert.matches("without element 1 ", refusal({ [0] = 1 }))
    assert.matches("without element 1 ", refusal({ [-1] = 1 }))
    assert.matches("without element 2 ", refusal({ 1, [1.5] = 1 }))
    assert.matches("without element 1 ", refusal({ [2 ^ 53] = 1 }))
    assert.matches("^value: cannot encode a key of type boolean", refusal({ [true] = 1 }))
    assert.matches("key of type table", refusal({ a = 1, [{}] = 2 }))
  end)

  it("refuses strings and names that are not UTF-8", function()
    for _, bad in ipairs({ "\255", "\192\128", "\237\160\128", "\194", "\244\144\128\128" }) do
      local place = "string that is not UTF%-8 from byte 4 on"
      assert.matches("^value%.a: cannot encode a " .. place, refusal({ a = "abc" .. bad }))
      assert.matches("^value: cannot encode a field name that is", refusal({ [bad] = 1 }))
    end
  end)

  it("refuses cycles and names where they close", function()
    local loop = {}
    loop.a = { { b = loop } }
    assert.matches("^value%.a%[1%]%.b: .* a table that contains itself$", refusal(loop))
    local inner = {}
    inner.self = inner
    assert.matches("^value%.x%.self: .*contains itself", refusal({ x = inner }))
    local twice = { 1 }
    assert.are.equal("[[1],[1]]", core.encode({ twice, twice }))
  end)

  it("accepts 512 nested tables and refuses more", function()
    local function nested(depth)
      local value = array({})
      for _ = 2, depth do
        value = { value }
      end
      return value
    end
    assert.are.equal(("["):rep(512) .. ("]"):rep(512), core.encode(nested(512)))
    assert.matches("cannot encode more than 512 nested tables", refusal(nested(513)))
  end)

  it("works on after a failure", function()
    for _ = 1, 100 do
      refusal({ ("x"):rep(1000), print })
    end
    assert.are.equal("[1]", core.encode({ 1 }))
  end)
end)
