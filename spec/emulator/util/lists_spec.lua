-- SPDX-License-Identifier: MIT
local lists = require("rtk.emulator.util.lists")

describe("rtk.emulator.util.lists", function()
  it("orders by the key, leaves ties as they are and the list alone", function()
    local a, b, c, d = { n = 2 }, { n = 1 }, { n = 2 }, { n = 1 }
    local list = { a, b, c, d }
    local result = lists.sorted(list, function(record)
      return record.n
    end)
    for i, record in ipairs({ b, d, a, c }) do
      assert.equal(record, result[i])
    end
    assert.equal(a, list[1])
    assert.same({}, lists.sorted({}, tostring))
  end)
end)
