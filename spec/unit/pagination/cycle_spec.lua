-- SPDX-License-Identifier: MIT
local cycle = require("rtk.pagination.cycle")

describe("rtk.pagination.cycle", function()
  local function with_state(items, page_no, total)
    local state = { page_no = page_no, progress = { total = total } }
    return setmetatable(items, { __index = { _state = state } })
  end

  local function page(page_no, ...)
    local items = {}
    for position, id in ipairs({ ... }) do
      items[position] = { id = id }
    end
    return with_state(items, page_no)
  end

  it("finds nothing where pages differ", function()
    assert.is_nil(cycle.earlier(page(1, "a", "b"), page(2, "c", "d")))
    assert.is_nil(cycle.earlier(page(1, "a", "b"), page(2, "a")))
  end)

  it("finds the page before, also by what its items are", function()
    assert.equal(1, cycle.earlier(page(1, "a", "b"), page(2, "a", "b")))
    local function plain(page_no, value)
      return with_state({ { x = { value } } }, page_no)
    end
    assert.equal(1, cycle.earlier(plain(1, 1), plain(2, 1)))
    assert.is_nil(cycle.earlier(plain(1, 1), plain(2, 2)))
  end)

  it("finds any page before it", function()
    local first, second, third = page(1, "a", "b"), page(2, "c"), page(3, "a", "b")
    assert.is_nil(cycle.earlier(first, second))
    assert.equal(1, cycle.earlier(second, third))
  end)

  it("finds a page again in a cycle of any length, with bounded memory", function()
    for _, length in ipairs({ 499, 1500, 5000 }) do
      local function numbered(page_no)
        local number = page_no % length
        return page(page_no, "a" .. number, "b" .. number)
      end
      local before, most, earlier = numbered(1), 0, nil
      while not earlier do
        local following = numbered(before._state.page_no + 1)
        earlier = cycle.earlier(before, following)
        before, most = following, math.max(most, following._state.marks.count)
      end
      local page_no = before._state.page_no
      assert.equal(0, (page_no - earlier) % length)
      assert.is_true(page_no <= 3 * length + 1, page_no)
      assert.is_true(most <= 500, most)
    end
  end)

  it("takes it for new where the list has grown", function()
    local function single(page_no, total)
      return with_state({ { id = "a" } }, page_no, total)
    end
    assert.is_nil(cycle.earlier(single(1, 5), single(2, 6)))
    assert.equal(1, cycle.earlier(single(1, 5), single(2, 5)))
    assert.equal(1, cycle.earlier(single(1, 5), single(2)))
  end)

  it("takes neither an empty page nor page 1 after page 0 for one that comes again", function()
    local first, empty = page(1, "a"), page(2)
    assert.is_nil(cycle.earlier(first, empty))
    local other = page(3)
    assert.is_nil(cycle.earlier(empty, other))
    assert.equal(1, cycle.earlier(other, page(4, "a")))
    first = page(0, "a", "b")
    local second = page(1, "a", "b")
    assert.is_nil(cycle.earlier(first, second))
    assert.equal(1, cycle.earlier(second, page(2, "a", "b")))
  end)
end)
