-- SPDX-License-Identifier: MIT
-- The readers that the other specs use to check requests.

local rtk = require("rtk")
local wire_json = require("spec.support.data.wire_json")
local wire_request = require("spec.support.data.wire_request")

describe("the strict JSON reader", function()
  local function difference(a, b)
    return wire_json.difference(wire_json.read(a), wire_json.read(b))
  end

  it("tells empty arrays, empty objects, nulls and absent members apart", function()
    assert.equal("body is array, expected object", difference("[]", "{}"))
    assert.equal("body.a is null, expected nothing", difference('{"a":null}', "{}"))
    assert.equal("body.a is nothing, expected null", difference("{}", '{"a":null}'))
    assert.equal("body[2] is null, expected nothing", difference("[1,null]", "[1]"))
    assert.equal(
      "body.a[1].b is string 1, expected number 1",
      difference('{"a":[{"b":"1"}]}', '{"a":[{"b":1}]}')
    )
    assert.equal("body is boolean false, expected null", difference("false", "null"))
  end)

  it("takes for equal what means the same", function()
    assert.is_nil(difference(' { "b" : [ ] , "a" : 1 } ', '{"a":1,"b":[]}'))
    assert.is_nil(difference('"\\u00e9\\ud83d\\ude00\\/"', '"é😀/"'))
    assert.is_nil(difference('["1e+21",4.50,1E2]', '["1e+21",4.5,100.0]'))
  end)

  it("compares integers digit by digit", function()
    assert.is_string(difference("9007199254740993", "9007199254740992"))
    assert.is_string(difference("30", "31"))
  end)

  it("refuses what is no JSON", function()
    for _, text in ipairs({
      "",
      "nul",
      "01",
      "1.",
      "+1",
      "[1,]",
      "[1 2]",
      '{"a":1,}',
      '{"a":1,"a":1}',
      "{a:1}",
      '"\1"',
      '"\\x"',
      '"\\ud800"',
      '"open',
      "[] []",
    }) do
      assert.is_false(pcall(wire_json.read, text), text)
    end
  end)

  it("gives the Lua value that a user would write", function()
    local value = wire_json.to_lua(wire_json.read('{"a":[],"b":{},"c":[null,4.5,true,"x"]}'))
    assert.equal("array", getmetatable(value.a).__jsontype)
    assert.is_nil(getmetatable(value.b))
    assert.same({ rtk.null, 4.5, true, "x" }, value.c)
    local plain = wire_json.to_lua(wire_json.read('{"a":{"b":[]},"c":[]}'), function(path)
      return path == ".a.b"
    end)
    assert.is_nil(getmetatable(plain.a.b))
    assert.equal("array", getmetatable(plain.c).__jsontype)
  end)
end)

describe("the reader of requests", function()
  it("splits before it decodes", function()
    local url =
      wire_request.url("https://h/p/a%2Fb//c%25?x=1%262&y=&x=%C3%A9&z=a%3Db", "https://h/p")
    assert.same({ "a/b", "", "c%" }, url.segments)
    assert.same({ x = { "1&2", "é" }, y = { "" }, z = { "a=b" } }, url.query)
  end)

  it("refuses what nobody should send", function()
    assert.is_false(pcall(wire_request.url, "https://h/a%2", "https://h"))
    assert.is_false(pcall(wire_request.url, "https://h/a%zz", "https://h"))
    assert.is_false(pcall(wire_request.url, "https://other/a", "https://h"))
    assert.is_false(pcall(wire_request.headers, { "Accept: a", "accept: b" }))
  end)
end)
