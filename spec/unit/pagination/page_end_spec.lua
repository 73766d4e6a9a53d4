-- SPDX-License-Identifier: MIT
-- Where a walk over pages ends when replies tell little about that, or the wrong thing.

local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

describe("the walk over a list", function()
  -- A list of `total` items on pages of two; `rewrite` has the last word on a page.
  local function server(total, rewrite)
    return function(request)
      local page_no = tonumber(request.url:match("page_no=(%d+)")) or 1
      local size = tonumber(request.url:match("per_page=(%d+)")) or 2
      local body = { success = true, data = rtk.array(), page_no = page_no }
      for number = (page_no - 1) * size + 1, math.min(page_no * size, total) do
        table.insert(body.data, { id = "i" .. number })
      end
      if rewrite then rewrite(body, page_no) end
      return { json = body }
    end
  end

  local function walk(answer, query, method, options)
    local client, transport = clients.fake({ answer }, { runtime = blocking })
    local ids = {}
    local ok, message = pcall(function()
      for item in client[method or "meetings"]:each(query, options) do
        ids[#ids + 1] = item.id
      end
    end)
    return table.concat(ids, " "), #transport.requests, not ok and message or nil
  end

  local function with_total(total)
    return function(body)
      body.paging = { total_count = total }
    end
  end

  local function on_pages(count)
    return function(body, page_no)
      if page_no > count then
        local again = (page_no - 1) % count * 2
        body.data = rtk.array({ { id = "i" .. again + 1 }, { id = "i" .. again + 2 } })
      end
    end
  end

  it("goes on to an empty page when neither replies nor the query tell of pages", function()
    assert.same({ "i1 i2 i3 i4 i5", 4 }, { walk(server(5)) })
    assert.same({ "i1 i2 i3 i4", 3 }, { walk(server(4), {}, "sessions") })
    assert.same({ "", 1 }, { walk(server(0)) })
  end)

  it("does so with pages in flight, too", function()
    assert.equal("i1 i2 i3 i4 i5", (walk(server(5), {}, "meetings", { prefetch = 3 })))
  end)

  it("ends without more ado where page_no has no effect and nothing spoke of pages", function()
    for _, method in ipairs({ "apps", "sessions" }) do
      assert.same({ "i1 i2", 2 }, { walk(server(9, on_pages(1)), nil, method) })
    end
    assert.same({ "i1 i2", 1 }, { walk(server(9, on_pages(1)), nil, "webhooks") })
  end)

  it("counts the items when only their total is known", function()
    assert.same({ "i1 i2 i3 i4 i5", 3 }, { walk(server(5, with_total(5))) })
    assert.same({ "i1 i2 i3 i4", 2 }, { walk(server(4, with_total(4)), { per_page = 2 }) })
    local capped = server(5, function(body, page_no)
      body.data = rtk.array({ { id = "i" .. page_no } })
      body.paging = { total_count = 3 }
    end)
    assert.same({ "i1 i2 i3", 3 }, { walk(capped, { per_page = 100 }) })
  end)

  it("raises when pages come in a circle", function()
    local paging = { total_count = 9, end_offset = 2 }
    for _, query in ipairs({ {}, { per_page = 2 } }) do
      local again = on_pages(3)
      local answer = server(99, function(body, page_no)
        again(body, page_no)
        body.paging = paging
      end)
      local ids, requests, message = walk(answer, query)
      assert.same({ "i1 i2 i3 i4 i5 i6", 4 }, { ids, requests })
      assert.truthy(message:find("page 4 repeats page 1", 1, true), message)
    end
    assert.same({ "i1 i2 i3 i4 i5 i6", 4 }, { walk(server(99, on_pages(3))) })
  end)

  it("may go from the same page to the next one any number of times", function()
    local client = clients.fake({ server(6) })
    local first = assert(client.meetings:list())
    for _ = 1, 2 do
      local second = assert(first:next())
      assert.equal("i3", second[1].id)
      assert.equal("i5", second:next()[1].id)
      assert.is_nil(second:next():next():next())
    end
  end)

  it("asks for what the query said when it began", function()
    local client, transport = clients.fake({ server(6) })
    local query = { per_page = 2, search = "a" }
    local iterator = client.meetings:each(query)
    iterator()
    query.per_page, query.search = 3, "b"
    local count = 1
    for _ in iterator do
      count = count + 1
    end
    assert.equal(6, count)
    assert.truthy(transport:last().url:find("per_page=2&search=a", 1, true), transport:last().url)
  end)
end)
