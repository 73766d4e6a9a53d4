-- SPDX-License-Identifier: MIT
local walk = require("rtk.walk")

describe("rtk.walk", function()
  local closed

  before_each(function()
    closed = 0
  end)

  local function close()
    closed = closed + 1
  end

  -- Gives pages one after the other, then what comes at the end.
  local function advancing(pages, ...)
    local position, last = 0, { ... }
    return function(previous)
      assert(previous == pages[position])
      position = position + 1
      if pages[position] then return pages[position] end
      return nil, last[1], last[2]
    end
  end

  local function all(iterator)
    local items = {}
    for item in iterator do
      items[#items + 1] = item
    end
    return table.concat(items)
  end

  it("gives the items of all pages, then closes once", function()
    local iterator = walk.items(advancing({ { "a", "b" }, {}, { "c" } }), math.huge, close)
    assert.equal("abc", all(iterator))
    assert.is_nil(iterator())
    assert.equal(1, closed)
  end)

  it("asks for no page beyond the last item that is wanted", function()
    local iterator = walk.items(advancing({ { "a", "b" }, { "c", "d" } }), 2, close)
    assert.equal("ab", all(iterator))
    assert.equal(1, closed)
    assert.equal("", all(walk.items(error, 0, close)))
  end)

  it("raises the message with the page's number, once, and closes", function()
    local iterator = walk.items(advancing({ { "a" } }, "no", { page_no = 2 }), math.huge, close)
    assert.equal("a", iterator())
    local ok, message = pcall(iterator)
    assert.is_false(ok)
    assert.truthy(message:find("page 2: no", 1, true), message)
    assert.equal(1, closed)
    assert.is_nil(iterator())
  end)

  it("does not go on after a page could not even be asked for", function()
    local iterator = walk.items(function()
      error("broken")
    end, math.huge, close)
    assert.is_false((pcall(iterator)))
    assert.is_nil(iterator())
  end)

  it("raises in a coroutine that asks while another waits for a page, and loses nothing", function()
    local iterator = walk.items(function(previous)
      return not previous and coroutine.yield() or nil
    end, math.huge, close)
    local fetcher = coroutine.wrap(all)
    fetcher(iterator)
    local ok, message = pcall(all, iterator)
    assert.is_false(ok)
    assert.matches("walk_spec.lua:%d+: another coroutine waits", message)
    assert.equal("ab", fetcher({ "a", "b" }))
    assert.is_nil(iterator())
  end)
end)
