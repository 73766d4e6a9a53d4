-- SPDX-License-Identifier: MIT
-- Walks over a list that changes while it is walked.

local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients")
local rtk = require("rtk")

describe("rtk.course", function()
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
  local function walk(iterator, change)
    local ids = {}
    for item in iterator do
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
        return paging.start_offset % 4 == 1 and 90 or 80
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
      assert.equal("a b c d e f g", walk(odd.meetings:each(), function() end))
    end
    assert.is_true(asked < 50)
  end)

  it("raises when a page cannot be read again", function()
    local answers = { serve, serve, { status = 403, json = { success = false } } }
    local failing = clients.fake(answers, { runtime = blocking })
    local message = clients.misuse_of(walk, failing.meetings:each(), delete)
    assert.truthy(message:find("page 1: .*HTTP 403"), message)
  end)
end)
