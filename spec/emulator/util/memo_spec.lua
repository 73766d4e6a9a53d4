-- SPDX-License-Identifier: MIT
local memo = require("rtk.emulator.util.memo")

describe("rtk.emulator.util.memo", function()
  it("calls the function once for each argument", function()
    local calls = 0
    local double = memo.of(function(number)
      calls = calls + 1
      return number * 2
    end)
    assert.same({ 2, 4, 2, 4 }, { double(1), double(2), double(1), double(2) })
    assert.equal(2, calls)
  end)

  it("forgets all when there are too many, and goes on", function()
    local calls = 0
    local same = memo.of(function(number)
      calls = calls + 1
      return number
    end)
    for number = 1, 12000 do
      assert.equal(number, same(number))
    end
    assert.equal(1, same(1))
    assert.equal(12001, calls)
  end)
end)
