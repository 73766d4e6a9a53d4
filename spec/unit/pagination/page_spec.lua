-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

describe("rtk.pagination.page", function()
  local function items(first, last)
    local list = rtk.array()
    for number = first, last do
      list[#list + 1] = { id = "id-" .. number }
    end
    return list
  end

  local function reply(first, last, total)
    return {
      json = {
        success = true,
        data = items(first, last),
        paging = total and { total_count = total, start_offset = first, end_offset = last },
      },
    }
  end

  local function ids_of(iterator)
    local ids = {}
    for item in iterator do
      ids[#ids + 1] = item.id
    end
    return table.concat(ids, " ")
  end

  it("is an array of objects with the paging out of pairs' sight", function()
    local client = clients.fake({ reply(1, 2, 5) })
    local first = client.meetings:list()
    local names = {}
    for name in pairs(first) do
      names[#names + 1] = name
    end
    assert.same({ 1, 2 }, names)
    assert.equal(2, #first)
    assert.equal(5, first.paging.total_count)
    assert.equal("function", type(first[1].update))
  end)

  it("goes to the next page until the paging says it was the last", function()
    local client, transport = clients.fake({ reply(1, 2, 5), reply(3, 4, 5), reply(5, 5, 5) })
    local second = client.meetings:list({ per_page = 2 }):next()
    assert.equal("id-3", second[1].id)
    assert.truthy(transport:last().url:find("?page_no=2&per_page=2", 1, true))
    local third = second:next()
    assert.equal("id-5", third[1].id)
    assert.is_nil(third:next())
    assert.equal(3, #transport.requests)
  end)

  it("walks all items and stops asking at the end", function()
    local client, transport = clients.fake({ reply(1, 2, 4), reply(3, 4, 4) })
    assert.equal("id-1 id-2 id-3 id-4", ids_of(client.meetings:each()))
    assert.equal(2, #transport.requests)
  end)

  it("sends nothing before the first item is asked for", function()
    local client, transport = clients.fake({ reply(1, 1, 1) })
    local iterator = client.meetings:each()
    assert.equal(0, #transport.requests)
    assert.equal("id-1", iterator().id)
    assert.is_nil(iterator())
    assert.is_nil(iterator())
    assert.equal(1, #transport.requests)
  end)

  local function empty(total)
    local paging = total and { total_count = total, start_offset = 0, end_offset = 0 }
    return { json = { data = rtk.array(), paging = paging } }
  end

  -- Answers by the number of the page.
  local function pages(answers)
    return clients.fake({
      function(request)
        local page_no = tonumber(request.url:match("page_no=(%d+)")) or 1
        return answers[math.min(page_no, #answers)]
      end,
    })
  end

  it("passes over an empty page where the total says that more is to come", function()
    for _, nothing in ipairs({ empty(5), empty(), empty(0), empty(-1) }) do
      local client, transport = pages({ reply(1, 2, 5), nothing, reply(4, 5, 5), empty(5) })
      local second = client.meetings:list():next()
      assert.equal(0, #second)
      assert.equal("id-4", second:next()[1].id)
      assert.equal(3, #transport.requests)
      assert.equal("id-1 id-2 id-4 id-5", ids_of(client.meetings:list():each()))
      assert.equal("id-1 id-2 id-4 id-5", ids_of(client.meetings:each()))
    end
  end)

  it("stops on the tenth empty page where the total is more than pages can have", function()
    for _, total in ipairs({ 99, 1e300 }) do
      local client, transport = clients.fake({ reply(1, 2, total), empty(total) })
      assert.equal("id-1 id-2", ids_of(client.meetings:each()))
      assert.equal(11, #transport.requests)
    end
  end)

  it("stops on a second empty page when all that the total counts was on some page", function()
    -- One item of each page was filtered out.
    local client, transport = clients.fake({ reply(1, 3, 8), reply(5, 7, 8), empty(8) })
    assert.equal("id-1 id-2 id-3 id-5 id-6 id-7", ids_of(client.meetings:each()))
    assert.equal(4, #transport.requests)
    client, transport = clients.fake({ empty(2) })
    assert.equal("", ids_of(client.meetings:each()))
    assert.equal(2, #transport.requests)
    client, transport = clients.fake({ empty(99) })
    assert.equal("", ids_of(client.meetings:each({ page_no = 7 })))
    assert.equal(1, #transport.requests)
  end)

  it("goes on after a page that is shorter than asked for when more is to come", function()
    local client = clients.fake({ reply(1, 2, 3), reply(3, 3, 3) })
    assert.equal("id-1 id-2 id-3", ids_of(client.meetings:each({ per_page = 100 })))
  end)

  it("goes on after a short page, and stops on an empty one, when there is no paging", function()
    local client, transport = clients.fake({ reply(1, 2), reply(3, 3), reply(4, 5), empty() })
    assert.equal("id-1 id-2 id-3 id-4 id-5", ids_of(client.meetings:each({ per_page = 2 })))
    assert.equal(4, #transport.requests)
  end)

  it("stops on a page that is not found after others, when there is no paging", function()
    for _, missing in ipairs({
      { status = 404, json = { success = false, error = { code = 404, message = "none" } } },
      { status = 200, json = { success = false, error = { code = 404, message = "none" } } },
      { status = 404, json = { message = "not found" } },
    }) do
      local client, transport = clients.fake({ reply(1, 2), reply(3, 3), missing })
      assert.equal("id-1 id-2 id-3", ids_of(client.meetings:each({ per_page = 2 })))
      assert.equal(3, #transport.requests)
      assert.is_nil(clients.fake({ reply(1, 2), missing }).meetings:list():next())
    end
  end)

  it("returns a page that is not found where the total says that items are missing", function()
    local missing = { status = 404, json = { success = false, error = { code = 404 } } }
    local client = clients.fake({ reply(1, 2, 5), missing })
    local following, _, err = client.meetings:list():next()
    assert.is_nil(following)
    assert.same({ "not_found", 2 }, { err.kind, err.page_no })
    client = clients.fake({ reply(1, 2, 5), missing, reply(1, 2, 5), missing })
    local message = clients.misuse_of(ids_of, client.meetings:each())
    assert.truthy(message:find("page 2: .*HTTP 404"), message)
  end)

  it("returns a first page that is not found, and what is not the service's 404", function()
    local missing = { status = 404, json = { success = false, error = { code = 404 } } }
    local client = clients.fake({ missing })
    assert.truthy(clients.misuse_of(ids_of, client.meetings:each()):find("HTTP 404", 1, true))
    assert.truthy(clients.misuse_of(ids_of, client.meetings:each({ page_no = 3 })))
    for _, answer in ipairs({
      { status = 404, json = { success = false, errors = { { code = 7003 }, { code = 7000 } } } },
      { status = 404, text = "<html>404</html>" },
      { status = 410, json = { success = false, error = { code = 410 } } },
      { status = 404 },
    }) do
      client = clients.fake({ reply(1, 2), answer })
      local following, _, err = client.meetings:list():next()
      assert.is_nil(following)
      assert.same({ "not_found", 2 }, { err.kind, err.page_no })
    end
  end)

  it("raises when a page repeats the one before", function()
    local client, transport = clients.fake({ reply(1, 2), reply(1, 2) })
    local iterator = client.meetings:each({ per_page = 2 })
    assert.equal("id-1", iterator().id)
    assert.equal("id-2", iterator().id)
    local message = clients.misuse_of(iterator)
    assert.truthy(message:find("page 2 repeats page 1", 1, true), message)
    assert.equal(2, #transport.requests)
    assert.is_nil(iterator())
  end)

  it("raises when a page repeats the one before and its items have no ids", function()
    local paging = { total_count = 9, end_offset = 1 }
    for _, item in ipairs({ "text", 5, { name = "a", list = { { 1 } } }, {}, { { id = "x" } } }) do
      local client = clients.fake({ { json = { data = { item }, paging = paging } } })
      local message = clients.misuse_of(function()
        for _ in client.meetings:each() do
          assert(client)
        end
      end)
      assert.truthy(message:find("page 2 repeats page 1", 1, true), message)
    end
  end)

  it("takes numbers that come as text, and no other nonsense, for the end of the list", function()
    for _, case in ipairs({
      { { total_count = "2", end_offset = "2" }, 1 },
      { { total_count = "4", end_offset = 2 }, 2 },
      { { total_count = {}, end_offset = true }, 2 },
      { { total_count = "many", end_offset = 2 }, 2 },
      { { total_count = "2", end_offset = "all" }, 1 },
    }) do
      local first = { json = { data = items(1, 2), paging = case[1] } }
      local client, transport = clients.fake({ first, reply(3, 4, 4) })
      local found = assert(client.meetings:list())
      found:next()
      assert.equal(case[2], #transport.requests)
    end
    local client, transport = clients.fake({ { json = { data = items(1, 2) } }, reply(3, 4, 4) })
    assert(client.meetings:list({ per_page = "2" })):next()
    assert.equal(2, #transport.requests)
  end)

  it("returns a repeated page from page:next as a failure like any other", function()
    local client = clients.fake({ reply(1, 2), reply(1, 2) })
    local following, message, err = client.meetings:list({ per_page = 2 }):next()
    assert.is_nil(following)
    assert.equal("protocol", err.kind)
    assert.equal(2, err.page_no)
    assert.equal(message, tostring(err))
    assert.equal("GET", err.method)
  end)

  it("raises the message of a failed page and says which page it was", function()
    local failed = { status = 403, json = { success = false, error = { message = "no" } } }
    local client = clients.fake({ reply(1, 1, 2), failed })
    local iterator = client.meetings:each()
    iterator()
    local message = clients.misuse_of(iterator)
    assert.truthy(message:find("page 2: no (HTTP 403", 1, true), message)
    assert.truthy(message:find("page_spec.lua", 1, true) or message:find("clients.lua", 1, true))
  end)

  it("returns the failure of page:next with the page to go on from", function()
    local failed = { status = 403, json = { success = false, error = { message = "no" } } }
    local client, transport =
      clients.fake({ reply(1, 1, 3), reply(2, 2, 3), failed, reply(3, 3, 3) })
    local second = client.meetings:list():next()
    local following, message, err = second:next()
    assert.is_nil(following)
    assert.truthy(message)
    assert.equal(3, err.page_no)
    assert.equal("id-3", ids_of(client.meetings:each({ page_no = err.page_no })))
    assert.truthy(transport:last().url:find("page_no=3", 1, true))
  end)

  it("ends at max_items and at max_pages", function()
    local client, transport = clients.fake({ reply(1, 2, 6), reply(3, 4, 6), reply(5, 6, 6) })
    assert.equal("id-1 id-2 id-3", ids_of(client.meetings:each(nil, { max_items = 3 })))
    assert.equal(2, #transport.requests)
    client, transport = clients.fake({ reply(1, 2, 6), reply(3, 4, 6) })
    assert.equal("id-1 id-2", ids_of(client.meetings:each(nil, { max_items = 2 })))
    assert.equal(1, #transport.requests)
    client, transport = clients.fake({ reply(1, 2, 6), reply(3, 4, 6) })
    assert.equal("id-1 id-2 id-3 id-4", ids_of(client.meetings:each(nil, { max_pages = 2 })))
    assert.equal(2, #transport.requests)
  end)

  it("walks on from the page it is asked on", function()
    local client = clients.fake({ reply(1, 2, 4), reply(3, 4, 4) })
    local first = client.meetings:list()
    assert.equal("id-1 id-2 id-3 id-4", ids_of(first:each()))
  end)

  it("counts pages from the first one, however that was asked for", function()
    for _, arguments in ipairs({
      { { page_no = 3, per_page = 2 } },
      { { page_no = "3", per_page = "2" } },
      { {}, { extra_query = { page_no = 3, per_page = 2 } } },
    }) do
      local client, transport = clients.fake({ reply(5, 6), reply(7, 7), empty() })
      assert.equal("id-5 id-6 id-7", ids_of(client.meetings:each(arguments[1], arguments[2])))
      local url = transport.requests[2].url
      assert.truthy(url:find("page_no=4", 1, true), url)
      assert.equal(3, #transport.requests)
    end
  end)

  it("gives up on a reply without a list", function()
    local client = clients.fake({ { json = { success = true, data = "x" } } })
    local value, message, err = client.meetings:list()
    assert.is_nil(value)
    assert.equal("decode", err.kind)
    assert.truthy(message:find("there is no list in it", 1, true), message)
  end)

  it("raises mistakes when it is made, not when it is walked", function()
    local client = clients.fake({ reply(1, 1, 1) })
    local message = clients.misuse_of(function()
      client.meetings:each(nil, { max_item = 1 })
    end)
    assert.truthy(message:find('did you mean "max_items"', 1, true), message)
    message = clients.misuse_of(function()
      client.meetings:each_participant("")
    end)
    assert.truthy(message:find("meeting_id must not be empty", 1, true), message)
  end)
end)
