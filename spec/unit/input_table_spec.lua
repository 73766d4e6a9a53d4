-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local read_only = require("spec.support.data.read_only")

local function misuse_message(...)
  local ok, message = pcall(...)
  assert.is_false(ok)
  return message
end

describe("rtk.input_table", function()
  it("returns plain tables unchanged", function()
    local value = { a = { 1, { b = core.null } }, c = "x" }
    assert.equal(value, input_table.shallow("body", value))
    assert.equal(value, input_table.deep("body", value))
    assert.equal(5, input_table.deep("body", 5))
    assert.is_nil(input_table.shallow("body", nil))
  end)

  it("copies a table that is read later, plain or not", function()
    local value = { a = { 1 }, b = "x" }
    local copy = input_table.copy("headers", value)
    assert.not_equal(value, copy)
    assert.same(value, copy)
    assert.equal(value.a, copy.a)
    assert.same({ a = 1 }, input_table.copy("headers", read_only({ a = 1 })))
    assert.equal(print, input_table.copy("headers", print))
    assert.is_nil(input_table.copy("headers", nil))
  end)

  it("returns objects of a class unchanged: behind their __index are methods", function()
    local Base = { describe = print, _name = "Base" }
    Base.__index = Base
    local Class = setmetatable({ title = print }, Base)
    Class.__index = Class
    local object = setmetatable({ title = "x", tags = {} }, Class)
    assert.equal(object, input_table.deep("body", object))
    assert.equal("plain", core.table_kind(object))
    assert.equal("plain", core.table_kind(setmetatable({}, Class)))
    local declared = setmetatable({ a = 1 }, { __jsontype = "object", __index = { b = 2 } })
    assert.equal(declared, input_table.deep("body", declared))
  end)

  it("reads a table through its __pairs, whether this Lua's pairs does or not", function()
    local found = {}
    for name, field in input_table.pairs("headers", read_only({ a = 1, b = 2 })) do
      found[name] = field
    end
    assert.same({ a = 1, b = 2 }, found)
    assert.same({ "x", "y" }, input_table.shallow("query", read_only({ "x", "y" })))
    local mixture = { a = { read_only({ b = { c = 1 } }) }, d = read_only({ 1, 2 }) }
    assert.same({ a = { { b = { c = 1 } } }, d = { 1, 2 } }, input_table.deep("body", mixture))
    -- The caller's tables stay what they were.
    assert.equal("pairs", core.table_kind(mixture.d))
  end)

  it("keeps arrays in copied tables", function()
    local value = { setmetatable({}, core.array_metatable), read_only({ 1 }) }
    assert.equal("[[],[1]]", core.encode(input_table.deep("body", value)))
    local marked = setmetatable({}, {
      __jsontype = "array",
      __pairs = function()
        return next, {}
      end,
    })
    assert.equal("[]", core.encode(input_table.deep("body", marked)))
  end)

  it("raises for data behind __index alone, and names the field", function()
    local inherited = setmetatable({}, { __index = { a = 1 } })
    local deep = setmetatable({}, { __index = setmetatable({}, { __index = { [1] = true } }) })
    for _, value in ipairs({
      inherited,
      deep,
      setmetatable({ b = 1 }, { __index = { a = core.null } }),
      setmetatable({ b = 1 }, { __index = function() end }),
      setmetatable({}, { __index = function() end, __len = function() end }),
      setmetatable({}, { __index = inherited, __metatable = false }),
    }) do
      assert.equal("hidden", core.table_kind(value))
      local message = misuse_message(input_table.deep, "body", { config = { value } })
      assert.truthy(
        message:find("input_table_spec.lua:%d+: body%.config%[1%] keeps fields"),
        message
      )
      assert.truthy(
        misuse_message(input_table.shallow, "query", value):find("query keeps fields", 1, true)
      )
      local said = misuse_message(input_table.pairs, "headers", value)
      assert.truthy(said:find("pass a plain table", 1, true))
    end
  end)

  it("treats an endless chain of classes as hidden fields", function()
    local one, other = {}, {}
    setmetatable(one, { __index = other })
    setmetatable(other, { __index = one })
    assert.equal("hidden", core.table_kind(one))
  end)

  it("ends for cyclic and endless tables", function()
    local cycle = { read_only({ a = 1 }) }
    cycle[2] = cycle
    cycle[3] = cycle
    assert.same({ a = 1 }, input_table.deep("body", cycle)[1])
    local function endless()
      return setmetatable({}, {
        __pairs = function()
          return next, { a = endless(), b = endless() }
        end,
      })
    end
    local message = misuse_message(input_table.deep, "body", endless())
    assert.truthy(message:find("nested too deeply", 1, true), message)
  end)
end)
