-- SPDX-License-Identifier: MIT
local callable = require("rtk.pagination.callable")

describe("rtk.pagination.callable", function()
  it("makes a value that a generic for calls, and whose length and fields are computed", function()
    local count = 0
    local value = callable.new({
      __call = function()
        count = count + 1
        return count < 4 and count or nil
      end,
      __index = function(_, name)
        return name .. "!"
      end,
      __len = function()
        return 7
      end,
    })
    local seen = {}
    for number in value do
      seen[#seen + 1] = number
    end
    assert.same({ 1, 2, 3 }, seen)
    assert.equal("x!", value.x)
    assert.equal(7, #value)
    assert.same({ true }, { pcall(value) })
  end)

  it("makes values that do not share their metatables", function()
    local first, second = callable.new({ a = 1 }), callable.new({ a = 2 })
    assert.same({ 1, 2 }, { getmetatable(first).a, getmetatable(second).a })
  end)
end)
