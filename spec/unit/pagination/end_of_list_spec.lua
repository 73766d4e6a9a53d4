-- SPDX-License-Identifier: MIT
local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local end_of_list = require("rtk.pagination.end_of_list")
local rtk = require("rtk")

describe("rtk.pagination.end_of_list", function()
  -- The progress after pages, each { count, paging }, from page 1 or `first_page_no` on.
  local function after(pages, facts, first_page_no)
    facts = facts or { has_pages = true }
    local here
    for index, page in ipairs(pages) do
      here = end_of_list.assess({
        page_no = (first_page_no or 1) + index - 1,
        count = page[1],
        paging = page[2],
        has_pages = facts.has_pages,
        per_page = facts.per_page,
      }, here)
    end
    return here
  end

  local function total(count)
    return { total_count = count }
  end

  it("ends with the page on which the total was reached", function()
    assert.is_false(after({ { 25, total(50) } }).is_last)
    assert.is_true(after({ { 25, total(50) }, { 25, total(50) } }).is_last)
    assert.is_true(after({ { 25, total(26) }, { 1, total("26") } }).is_last)
    assert.is_true(after({ { 25, { total_count = 25, end_offset = 25 } } }).is_last)
  end)

  it("does not end with a short page, nor with an offset that more was counted for", function()
    assert.is_false(after({ { 24 } }, { has_pages = true, per_page = 25 }).is_last)
    assert.is_false(after({ { 24, { total_count = 25, end_offset = 25 } } }).is_last)
    assert.is_false(after({ { 25, { total_count = 250, end_offset = 250 } } }).is_last)
    assert.is_false(after({ { 25, { total_count = 25, end_offset = 24 } } }).is_last)
  end)

  it("ignores totals that cannot be true, and what is no whole number", function()
    for _, value in ipairs({ 0, -1, 24, 25.5, "many", "", true, {}, math.huge, 0 / 0 }) do
      local here = after({ { 25, total(value) } })
      assert.is_nil(here.total)
      assert.is_false(here.is_last)
      assert.is_true(here:is_complete())
      assert.equal(math.huge, here:pages_left())
    end
  end)

  it("keeps a total that was credible once, for when nothing comes any more", function()
    local here = after({ { 25, total(75) }, { 25, total(0) }, { 0 } })
    assert.same({ 75, false }, { here.expected_total, here.is_last })
    here = after({ { 25, total(100) }, { 25, total(0) }, { 0 }, { 0, total(0) } })
    assert.is_true(here:is_complete())
    here = after({ { 25, total(101) }, { 25, total(0) }, { 0 }, { 0, total(0) } })
    assert.same({ false, false }, { here:is_complete(), here.is_last })
  end)

  it("ends with an empty page when nothing says that items are missing", function()
    assert.is_true(after({ { 0 } }).is_last)
    assert.is_true(after({ { 25 }, { 0 } }).is_last)
    assert.is_true(after({ { 0, total(0) } }).is_last)
    assert.is_true(after({ { 25, total(60) }, { 25, total(60) }, { 0, total(40) } }).is_last)
  end)

  it("else ends with a second empty page when pages of that size cover the total", function()
    local pages = { { 24, total(50) }, { 23, total(50) }, { 0, total(50) } }
    assert.is_false(after(pages).is_last)
    pages[4] = { 0, total(50) }
    assert.is_true(after(pages).is_last)
    pages = { { 24, total(97) }, { 23, total(97) }, { 0, total(97) }, { 0, total(97) } }
    assert.is_false(after(pages).is_last)
  end)

  it("takes the size of pages from where they start, as items may be filtered out", function()
    local function paging(page_no, count)
      local start = (page_no - 1) * 25 + 1
      return { total_count = 100, start_offset = start, end_offset = start + count - 1 }
    end
    local pages = { { 5, paging(1, 5) }, { 3, paging(2, 3) }, { 4, paging(3, 4) } }
    assert.equal(25, after(pages).size)
    assert.is_false(after(pages):is_complete())
    pages[4] = { 0, { total_count = 100, start_offset = 0, end_offset = 0 } }
    assert.is_true(after(pages):is_complete())
  end)

  it("believes an end that pages can explain, and no other", function()
    local function complete(stop)
      return after({ { 24, { total_count = 25, end_offset = stop } } }):is_complete()
    end
    assert.is_true(complete(25))
    assert.is_false(complete(24))
    assert.is_false(complete("all"))
    assert.is_false(after({ { 25, { total_count = 250, end_offset = 250 } } }):is_complete())
    assert.is_false(after({ { 25, { total_count = 250, end_offset = 1e9 } } }):is_complete())
  end)

  it("ends with the tenth empty page in any case", function()
    local pages = { { 25, total(1000) } }
    for page_no = 2, 10 do
      pages[page_no] = { 0, total(1000) }
      assert.is_false(after(pages).is_last, page_no)
    end
    pages[11] = { 0, total(1000) }
    assert.is_true(after(pages).is_last)
  end)

  it("counts from the offset where reading began", function()
    local function from_page_3(paging)
      return after({ { 2, paging } }, nil, 3)
    end
    assert.is_true(from_page_3({ total_count = 6, start_offset = 5, end_offset = 6 }).is_last)
    assert.is_true(from_page_3({ total_count = 6, end_offset = 6 }).is_last)
    assert.is_false(from_page_3({ total_count = 7, start_offset = 5, end_offset = 6 }).is_last)
    assert.is_false(from_page_3({ total_count = 2 }).is_last)
    assert.is_false(from_page_3({ total_count = 250, end_offset = 250 }).is_last)
    assert.is_true(after({ { 0, total(250) } }, nil, 30).is_last)
    assert.is_false(after({ { 0, total(250) } }).is_last)
  end)

  it("ends a list that is not known to have pages unless its reply speaks of some", function()
    local none = { has_pages = false }
    assert.is_true(after({ { 25 } }, none).is_last)
    assert.is_true(after({ { 25, {} } }, none).is_last)
    assert.is_true(after({ { 25, { total_count = "many" } } }, none).is_last)
    assert.is_false(after({ { 25, total(26) } }, none).is_last)
    assert.is_false(after({ { 25, total(0) } }, none).is_last)
    assert.is_false(after({ { 25, { end_offset = 25 } } }, none).is_last)
    assert.is_false(after({ { 25, total(26) }, { 1 } }, none).is_last)
  end)

  it("guesses how many pages follow from the largest so far", function()
    assert.equal(9, after({ { 25, total(250) } }):pages_left())
    assert.equal(1, after({ { 25, total(30) }, { 4, total(30) } }):pages_left())
    assert.equal(0, after({ { 25, total(30) }, { 5, total(30) } }):pages_left())
    assert.equal(math.huge, after({ { 25 } }):pages_left())
    assert.equal(0, after({ { 25 }, { 0 } }):pages_left())
  end)
end)

describe("the end of a list", function()
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
