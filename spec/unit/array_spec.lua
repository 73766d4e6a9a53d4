-- SPDX-License-Identifier: MIT
local array = require("rtk.array")
local core = require("rtk.core")
local read_only = require("spec.support.data.read_only")

describe("rtk.array", function()
  it("marks a table so that it stays an array when it is empty", function()
    assert.equal("[]", core.encode(array.new()))
    local items = {}
    assert.equal(items, array.new(items))
    assert.equal("[]", core.encode(items))
  end)

  it("tells arrays from objects like the encoder", function()
    for _, value in ipairs({ array.new(), { 1 }, (core.decode("[]")), (core.decode("[1]")) }) do
      assert.is_true(array.is(value))
      assert.truthy(core.encode(value):find("^%["))
    end
    for _, value in ipairs({ {}, { a = 1 }, (core.decode("{}")) }) do
      assert.is_false(array.is(value))
      assert.truthy(core.encode(value):find("^{"))
    end
    assert.is_false(array.is("x"))
    assert.is_false(array.is(setmetatable({}, { __jsontype = "object" })))
  end)

  it("copies tables that keep their elements behind metamethods", function()
    assert.equal('["a",{"b":1}]', core.encode(array.new({ "a", { b = 1 } })))
    assert.equal('["a","b"]', core.encode(array.new(read_only({ "a", "b" }))))
    local ok, message = pcall(array.new, setmetatable({}, { __index = { "a" } }))
    assert.is_false(ok)
    assert.truthy(message:find("keeps fields behind", 1, true), message)
  end)

  it("raises at the caller's line for other values", function()
    local ok, message = pcall(array.new, "a,b")
    assert.is_false(ok)
    assert.truthy(message:find("array_spec.lua:%d+: .* must be a table, got a string"), message)
  end)
end)
