-- SPDX-License-Identifier: MIT
local json = require("rtk.emulator.util.json")

local function round_trip(text)
  return json.encode((json.decode(text)))
end

describe("rtk.emulator.util.json", function()
  it("keeps empty arrays and empty objects apart", function()
    assert.equal('{"a":[],"b":{},"c":[[],{}]}', round_trip('{"a":[ ],"b":{ },"c":[[\n],{}]}'))
    assert.equal("[]", round_trip("[]"))
    assert.equal("{}", round_trip("{}"))
  end)

  it("leaves brackets inside strings alone", function()
    local text = [=[{"a":"[]","b":"\"[ ]\\","c":[]}]=]
    assert.equal(text, round_trip(text))
    assert.equal("[]", json.decode(text).a)
  end)

  it("writes UTF-8, with U+FFFD for each byte of what is none", function()
    local good = "\194\128 \224\160\128 \237\159\191 \238\128\128 \240\144\128\128 \244\143\191\191"
    assert.equal('"' .. good .. '"', json.encode(good))
    local bad = "\239\191\189"
    for text, expected in pairs({
      ["a\255b"] = "a" .. bad .. "b",
      ["\195"] = bad,
      ["\195\195\169"] = bad .. "\195\169",
      ["\192\175"] = bad .. bad, -- overlong
      ["\237\160\128"] = bad:rep(3), -- a surrogate
      ["\244\144\128\128"] = bad:rep(4), -- past the last character
      ["\226\130"] = bad .. bad,
      [("x"):rep(100) .. "\128"] = ("x"):rep(100) .. bad,
    }) do
      assert.equal('"' .. expected .. '"', json.encode(text))
      assert.equal('{"' .. expected .. '":1}', json.encode({ [text] = 1 }))
    end
  end)

  it("writes whole numbers as integers", function()
    assert.equal("[30,0,-7,1000,12345678901]", round_trip("[30.0,0,-7,1e3,12345678901]"))
    assert.equal("[9007199254740991]", round_trip("[9007199254740991]"))
    assert.equal("30", json.encode(60 / 2))
  end)

  it("writes other numbers with as many digits as they need", function()
    assert.equal("[4.5,0.1,0.30000000000000004]", round_trip("[4.5,0.1,0.30000000000000004]"))
  end)

  it("writes a number that no double holds as null", function()
    assert.equal("[null,null]", round_trip("[1e999,-1e999]"))
  end)

  it("keeps nulls, in objects and in arrays", function()
    assert.equal('[null,{"a":null},null]', round_trip('[null,{"a":null},null]'))
    assert.equal(json.null, json.decode("null"))
  end)

  it("sorts the keys of objects", function()
    assert.equal('{"a":1,"b":2,"c":3}', json.encode({ c = 3, a = 1, b = 2 }))
  end)

  it("sorts them whatever the order in which they came, and of any number of shapes", function()
    for _ = 1, 2 do
      assert.equal('{"a":1,"b":2}', json.encode({ a = 1, b = 2 }))
      assert.equal('{"a":1,"b":2,"c":3}', json.encode({ b = 2, a = 1, c = 3 }))
      assert.equal(
        '{"a":{"a":{}},"b":[{},{"a":[]}]}',
        round_trip('{"b":[{},{"a":[]}],"a":{"a":{}}}')
      )
    end
    for number = 1, 12000 do
      assert.equal(('{"k%d":%d}'):format(number, number), json.encode({ ["k" .. number] = number }))
    end
    assert.equal('{"a":1,"b":2}', json.encode({ b = 2, a = 1 }))
  end)

  it("escapes in keys and values, long or short, what JSON cannot hold", function()
    for _, text in ipairs({ 'a"b', "a\\b", "\0\31\127", "a/b", ("long\n"):rep(30) }) do
      local encoded = json.encode({ [text] = text })
      assert.equal(text, json.decode(encoded)[text])
      assert.is_nil(encoded:find("[%z\1-\31]"))
    end
  end)

  it("returns nil and a message for what is not JSON", function()
    for _, text in ipairs({ "", "{", "[1,]", "{'a':1}", "[NaN]", "nope", '"open', "[]]" }) do
      local value, message = json.decode(text)
      assert.is_nil(value)
      assert.is_string(message)
    end
  end)

  it("knows arrays from objects", function()
    assert.is_true(json.is_array(json.array()))
    assert.is_true(json.is_array({ 1 }))
    assert.is_true(json.is_array(json.decode('{"a":[]}').a))
    assert.is_false(json.is_array({}))
    assert.is_false(json.is_array({ a = 1 }))
    assert.is_false(json.is_array("[]"))
  end)

  it("copies deeply and keeps arrays arrays", function()
    local original = json.decode('{"a":{"b":[]},"c":[1,{"d":2}]}')
    local copied = json.copy(original)
    copied.c[2].d = 3
    assert.equal('{"a":{"b":[]},"c":[1,{"d":2}]}', json.encode(original))
    assert.equal('{"a":{"b":[]},"c":[1,{"d":3}]}', json.encode(copied))
  end)
end)
