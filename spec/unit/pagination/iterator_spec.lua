-- SPDX-License-Identifier: MIT

local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local iterator = require("rtk.pagination.iterator")
local page = require("rtk.pagination.page")
local rtk = require("rtk")

describe("rtk.pagination.iterator", function()
  local source

  -- A list of pages, then what comes after them.
  local function source_of(pages, ...)
    local last = { ... }
    local made = { closed = 0, asked = 0, has_pages = true }
    function made:fetch(page_no)
      self.asked = self.asked + 1
      local items = pages[page_no or 1]
      if type(items) == "function" then items = items() end
      if not items then return nil, last[1], last[2] end
      return page.new(items, page_no or 1, self, {})
    end
    function made:close()
      self.closed = self.closed + 1
    end
    return made
  end

  local function all(iterate)
    local items = {}
    for item in iterate do
      items[#items + 1] = item
    end
    return table.concat(items)
  end

  it("gives the items of all pages, then closes once", function()
    source = source_of({ { "a", "b" }, { "c" }, {} })
    local iterate = iterator.new(source)
    assert.equal("abc", all(iterate))
    assert.is_nil(iterate())
    assert.equal(1, source.closed)
    assert.equal(3, source.asked)
  end)

  it("asks for no page beyond the last item or page that is wanted", function()
    source = source_of({ { "a", "b" }, { "c", "d" }, { "e" } })
    assert.equal("ab", all(iterator.new(source, { max_items = 2 })))
    assert.same({ 1, 1 }, { source.asked, source.closed })
    assert.equal("abcd", all(iterator.new(source, { max_pages = 2 })))
    assert.same({ 3, 2 }, { source.asked, source.closed })
    assert.equal("", all(iterator.new(source, { max_items = 0 })))
    assert.equal("", all(iterator.new(source, { max_pages = 0 })))
    assert.equal(3, source.asked)
  end)

  it("raises the message with the page's number, once, and closes", function()
    source = source_of({ { "a" } }, "no", { message = "no" })
    local iterate = iterator.new(source)
    assert.equal("a", iterate())
    local ok, message = pcall(iterate)
    assert.is_false(ok)
    assert.truthy(message:find("page 2: no", 1, true), message)
    assert.equal(1, source.closed)
    assert.is_nil(iterate())
  end)

  it("does not go on after a page could not even be asked for", function()
    local iterate = iterator.new(source_of({
      function()
        error("broken")
      end,
    }))
    assert.is_false((pcall(iterate)))
    assert.is_nil(iterate())
  end)

  it("raises in a coroutine that asks while another waits for a page, and loses nothing", function()
    local iterate = iterator.new(source_of({ coroutine.yield, {} }))
    local fetcher = coroutine.wrap(all)
    fetcher(iterate)
    local ok, message = pcall(all, iterate)
    assert.is_false(ok)
    assert.matches("iterator_spec.lua:%d+: another coroutine waits .* or was cancelled", message)
    assert.equal("ab", fetcher({ "a", "b" }))
    assert.is_nil(iterate())
  end)
end)

describe("rtk.pagination.iterator on a list that changes", function()
  local items, client, transport

  -- A list on pages of two.
  local function serve(request)
    local first = ((tonumber(request.url:match("page_no=(%d+)")) or 1) - 1) * 2 + 1
    local data = rtk.array()
    for position = first, math.min(first + 1, #items) do
      table.insert(data, { id = items[position] })
    end
    local paging = { total_count = #items, start_offset = first, end_offset = first + #data - 1 }
    return { json = { success = true, data = data, paging = paging } }
  end

  -- The ids as they come; change(id, count) is called with each.
  local function walk(iterate, change)
    local ids = {}
    for item in iterate do
      ids[#ids + 1] = item.id
      assert.is_true(#ids < 50)
      change(item.id, #ids)
    end
    return table.concat(ids, " ")
  end

  local function delete(id)
    for position = #items, 1, -1 do
      if items[position] == id then table.remove(items, position) end
    end
  end

  before_each(function()
    items = { "a", "b", "c", "d", "e", "f", "g" }
    client, transport = clients.fake({ serve }, { runtime = blocking })
  end)

  it("misses nothing when what is walked is deleted", function()
    assert.equal("a b c d e f g", walk(client.meetings:each(), delete))
    assert.same({}, items)
    items = { "a", "b", "c" }
    assert.equal("a b c", walk(client.meetings:list():each(), delete))
  end)

  it("gives all items of a page that the program empties meanwhile", function()
    local first = client.meetings:list()
    local seen = walk(first:each(), function()
      table.remove(first)
    end)
    assert.equal("a b c d e f g", seen)
  end)

  it("misses nothing with pages in flight, either", function()
    for ahead = 1, 4 do
      items = { "a", "b", "c", "d", "e", "f", "g" }
      assert.equal("a b c d e f g", walk(client.meetings:each({}, { prefetch = ahead }), delete))
    end
  end)

  it("misses nothing when something before is deleted", function()
    local seen = walk(client.meetings:each(), function(id)
      if id == "d" then delete("a") end
    end)
    assert.equal("a b c d e f g", seen)
  end)

  it("misses nothing when more than a page is deleted", function()
    for count = 1, 4 do
      items = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" }
      local seen = walk(client.meetings:each(), function(id)
        for position = 1, id == "f" and count or 0 do
          delete(("abcd"):sub(position, position))
        end
      end)
      assert.equal("a b c d e f g h i j", seen)
    end
  end)

  it("goes back no further than to where it began", function()
    local seen = walk(client.meetings:each({ page_no = 2 }), function(id)
      if id == "f" then items = { "b", "d", "e", "f", "g" } end
    end)
    assert.equal("c d e f g", seen)
  end)

  it("gives nothing twice when something is added in front", function()
    for added = 1, 9 do
      items = { "a", "b", "c", "d", "e", "f", "g" }
      local seen = walk(client.meetings:each(), function(id)
        for number = 1, id == "d" and added or 0 do
          table.insert(items, 1, "new" .. number)
        end
      end)
      assert.equal("a b c d e f g", (seen:gsub(" new%d", "")))
    end
  end)

  it("asks for no page again when nothing is deleted", function()
    walk(client.meetings:each(), function() end)
    assert.equal(4, #transport.requests)
  end)

  it("comes to an end when totals are wrong", function()
    local asked = 0
    for _, total_of in ipairs({
      function(paging)
        return paging.start_offset % 4 == 1 and 9 or 8
      end,
      function()
        return 2 ^ 40 - 1000 * asked
      end,
    }) do
      local odd = clients.fake({
        function(request)
          asked = asked + 1
          local answer = serve(request)
          answer.json.paging.total_count = total_of(answer.json.paging)
          return answer
        end,
      })
      local ids = {}
      for item in odd.meetings:each() do
        ids[#ids + 1] = item.id
      end
      assert.equal("a b c d e f g", table.concat(ids, " "))
    end
    assert.is_true(asked < 50, asked)
  end)

  it("keeps to max_pages when it goes back", function()
    for most = 1, 6 do
      items = { "a", "b", "c", "d", "e", "f", "g" }
      local before = #transport.requests
      walk(client.meetings:each(nil, { max_pages = most }), delete)
      assert.equal(most, #transport.requests - before)
    end
  end)

  it("misses nothing where pages beyond the end are not found", function()
    local missing = { status = 404, json = { success = false, error = { code = 404 } } }
    local function serve_pages(request)
      local answer = serve(request)
      return answer.json.data[1] and answer or missing
    end
    for ahead = 0, 3 do
      items = { "a", "b", "c", "d", "e", "f", "g" }
      local strict = clients.fake({ serve_pages }, { runtime = blocking })
      local seen = walk(strict.meetings:each(nil, { prefetch = ahead }), delete)
      assert.equal("a b c d e f g", seen)
      items = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" }
      seen = walk(strict.meetings:each(nil, { prefetch = ahead }), function(id)
        if id == "f" then items = { "f", "g", "h" } end
      end)
      assert.truthy(seen:find("^a b c d e f g h"), seen)
    end
  end)

  it("raises when a page cannot be read again", function()
    local answers = { serve, serve, { status = 403, json = { success = false } } }
    local failing = clients.fake(answers, { runtime = blocking })
    local message = clients.misuse_of(walk, failing.meetings:each(), delete)
    assert.truthy(message:find("page 1: .*HTTP 403"), message)
  end)
end)
