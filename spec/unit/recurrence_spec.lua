-- SPDX-License-Identifier: MIT
local recurrence = require("rtk.recurrence")

describe("rtk.recurrence", function()
  local function page(page_no, ...)
    local items = {}
    for position, id in ipairs({ ... }) do
      items[position] = { id = id }
    end
    return setmetatable(items, { __index = { _state = { page_no = page_no } } })
  end

  it("finds nothing where pages differ", function()
    assert.is_nil(recurrence.earlier(page(1, "a", "b"), page(2, "c", "d")))
    assert.is_nil(recurrence.earlier(page(1, "a", "b"), page(2, "a")))
  end)

  it("finds the page before, also by what its items are", function()
    assert.equal(1, recurrence.earlier(page(1, "a", "b"), page(2, "a", "b")))
    local function plain(page_no, value)
      return setmetatable({ { x = { value } } }, { __index = { _state = { page_no = page_no } } })
    end
    assert.equal(1, recurrence.earlier(plain(1, 1), plain(2, 1)))
    assert.is_nil(recurrence.earlier(plain(1, 1), plain(2, 2)))
  end)

  it("finds any page before it", function()
    local first, second, third = page(1, "a", "b"), page(2, "c"), page(3, "a", "b")
    assert.is_nil(recurrence.earlier(first, second))
    assert.equal(1, recurrence.earlier(second, third))
  end)

  it("takes it for new where the list has grown", function()
    assert.is_nil(recurrence.earlier(page(1, "a"), page(2, "a"), 5, 6))
    assert.equal(1, recurrence.earlier(page(1, "a"), page(2, "a"), 5, 5))
  end)
end)
