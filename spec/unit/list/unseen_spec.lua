-- SPDX-License-Identifier: MIT
local core = require("rtk.core")

describe("core.unseen", function()
  local function page(...)
    local items = {}
    for position, id in ipairs({ ... }) do
      items[position] = { id = id }
    end
    return items
  end

  local function ids(items)
    local found = {}
    for position, item in ipairs(items) do
      found[position] = tostring(item.id)
    end
    return table.concat(found, " ")
  end

  it("hands a page on uncopied where all of its items are new", function()
    local unseen = core.unseen()
    for _, items in ipairs({ page("a", "b"), page(), page("c"), { {}, { x = 1 } } }) do
      assert.equal(items, unseen(items))
    end
  end)

  it("leaves out what earlier pages had, in the order of the rest", function()
    local unseen = core.unseen()
    unseen(page("a", "b", "c"))
    assert.equal("d e", ids(unseen(page("b", "d", "a", "e", "c"))))
    assert.equal("", ids(unseen(page("e", "d", "c", "b", "a"))))
    assert.equal("f", ids(unseen(page("f", "a"))))
  end)

  it("returns items of one page with the same id, and those without one, each time", function()
    local unseen = core.unseen()
    assert.equal("a a b", ids(unseen(page("a", "a", "b"))))
    assert.equal("", ids(unseen(page("a", "b"))))
    for _ = 1, 2 do
      local odd = { {}, { id = true }, { id = {} }, "text", 5, false }
      assert.equal(odd, unseen(odd))
    end
  end)

  it("tells ids apart by kind, length and every byte", function()
    local unseen = core.unseen()
    local all = page("1", 1, 1.5, "1.5", "", "\0", "\0\0", "a", "a\0", "b", "A", 0, -1, 2 ^ 53)
    assert.equal(all, unseen(all))
    assert.equal("", ids(unseen(all)))
    local long = ("x"):rep(100)
    assert.equal("2", tostring(#unseen(page(long .. "1", long .. "2"))))
    assert.equal(0, #unseen(page(long .. "2", long .. "1")))
  end)

  it("remembers the last 10,000 ids at least, and 20,000 at most", function()
    local unseen = core.unseen()
    local function numbered(first, last)
      local items = {}
      for number = first, last do
        items[#items + 1] = { id = "id-" .. number }
      end
      return items
    end
    for first = 1, 30000, 100 do
      assert.equal(100, #unseen(numbered(first, first + 99)))
      local known = numbered(math.max(1, first - 9900), first)
      assert.equal(0, #unseen(known), first)
    end
    assert.equal(100, #unseen(numbered(1, 100)))
  end)

  it("forgets sooner what is long, and returns what is too long for it", function()
    local unseen = core.unseen()
    local kibibyte = ("x"):rep(1000)
    for number = 1, 5000 do
      assert.equal(1, #unseen(page(kibibyte .. number)))
      assert.equal(0, #unseen(page(kibibyte .. number)))
    end
    assert.equal(1, #unseen(page(kibibyte .. 1)))
    local mebibyte = ("y"):rep(2 ^ 20)
    assert.equal(1, #unseen(page(mebibyte)))
    assert.equal(1, #unseen(page(mebibyte)))
  end)

  it("agrees with a table of all ids on random pages", function()
    local random = require("spec.support.data.random").new(7)
    local unseen, known = core.unseen(), {}
    for _ = 1, 300 do
      local items, expected = {}, {}
      for position = 1, random:below(40) do
        items[position] =
          { id = random:chance(50) and "i" .. random:below(4000) or random:below(900) }
        if not known[items[position].id] then expected[#expected + 1] = items[position] end
      end
      local found = unseen(items)
      assert.equal(#expected, #found)
      for position = 1, #expected do
        assert.equal(expected[position], found[position])
      end
      for _, item in ipairs(items) do
        known[item.id] = true
      end
    end
  end)

  it("has memory of its own for each walk, which collecting takes back", function()
    local one, other = core.unseen(), core.unseen()
    one(page("a"))
    assert.equal(1, #other(page("a")))
    collectgarbage()
    local before = collectgarbage("count")
    for _ = 1, 20 do
      local unseen = core.unseen()
      for number = 1, 1000 do
        unseen(page("id-" .. number))
      end
    end
    collectgarbage()
    collectgarbage()
    assert.is_true(collectgarbage("count") - before < 100)
  end)

  it("refuses what is no table", function()
    assert.is_false((pcall(core.unseen(), "x")))
  end)
end)
