-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local new_random = require("spec.support.data.random").new
local new_emulator = require("rtk.emulator").new
local paged_list = require("spec.support.clients.paged_list")
local rtk = require("rtk")
local virtual_time = require("spec.support.clients.virtual_time")
local webserver = require("spec.support.servers.webserver")

local asked, walk = paged_list.asked, paged_list.walk
local closes_loops = rawget(coroutine, "close") ~= nil

describe("rtk.pagination.prefetch", function()
  local clock

  virtual_time.around(function(new_clock)
    clock = new_clock
  end)

  local function client_of(spec)
    return paged_list.client(clock, spec)
  end

  local function numbers(first, last)
    local all = {}
    for number = first, last do
      all[#all + 1] = number
    end
    return all
  end

  it("keeps that many pages in flight", function()
    for count, seconds in pairs({ [0] = 20, 20, 10, [4] = 5, [7] = 3, [20] = 1 }) do
      local client, transport = client_of({ total = 40 })
      local start = clock.now
      local ids = walk(client, nil, { prefetch = count })
      assert.equal(table.concat(numbers(1, 40), " "), ids)
      assert.equal(seconds, clock.now - start)
      assert.equal(math.max(1, count), transport.most_pending)
      assert.same(numbers(1, 20), asked(transport))
    end
  end)

  it("walks in order when later pages come first, and holds no more than it was told", function()
    local client, transport = client_of({
      total = 60,
      delay = function(page_no)
        return page_no % 5 == 1 and 10 or 1
      end,
    })
    local walked = 0
    for meeting in client.meetings:each(nil, { prefetch = 4 }) do
      walked = walked + 1
      assert.equal("id-" .. walked, meeting.id)
      assert.is_true(#transport.requests <= math.ceil(walked / 2) + 4)
    end
    assert.equal(60, walked)
  end)

  it("asks for nothing beyond the end once a page told where it is", function()
    local client, transport = client_of({ total = 7 })
    assert.equal("1 2 3 4 5 6 7", walk(client, nil, { prefetch = 2 }))
    assert.same(numbers(1, 4), asked(transport))
  end)

  it("gives up on the pages that turn out not to exist", function()
    local client, transport = client_of({ total = 3 })
    assert.equal("1 2 3", walk(client, nil, { prefetch = 8 }))
    assert.same(numbers(1, 8), asked(transport))
    assert.equal(0, transport:pending())
    assert.equal(1001, clock.now)
  end)

  it("ends at an empty page when there is no paging", function()
    local client, transport = client_of({ total = 7, has_paging = false })
    assert.equal("1 2 3 4 5 6 7", walk(client, { per_page = 2 }, { prefetch = 3 }))
    assert.is_true(#transport.requests <= 4 + 3)
    assert.equal(0, transport:pending())
  end)

  it("goes on when pages are smaller than those before", function()
    local spec = { total = 9, per_page = 3 }
    function spec.rewrite(page_no, items, paging)
      if page_no ~= 2 then return end
      table.remove(items)
      paging.end_offset = 5
    end
    local client = client_of(spec)
    assert.equal("1 2 3 4 5 7 8 9", walk(client, nil, { prefetch = 2 }))
  end)

  it("raises at the page that failed, after all items before it", function()
    local client, transport = client_of({ total = 40, failing = 3 })
    local ids, message = walk(client, nil, { prefetch = 5 })
    assert.equal("1 2 3 4", ids)
    assert.truthy(message:find("page 3: no (HTTP 403", 1, true), message)
    assert.equal(0, transport:pending())
    assert.equal("id-1", client.meetings:list()[1].id)
  end)

  -- From page 3 on the server repeats page 2.
  local function clamp(page_no, items)
    if page_no >= 3 then
      items[1], items[2] = { id = "id-3" }, { id = "id-4" }
    end
  end

  it("raises when a page repeats and the total says that items are missing", function()
    local client, transport = client_of({ total = 40, rewrite = clamp })
    local ids, message = walk(client, { per_page = 2 }, { prefetch = 5 })
    assert.equal("1 2 3 4", ids)
    assert.truthy(message:find("page 3 repeats page 2", 1, true), message)
    assert.equal(0, transport:pending())
  end)

  it("ends when a page repeats and nothing says that there is more", function()
    local client, transport = client_of({ total = 40, has_paging = false, rewrite = clamp })
    assert.equal("1 2 3 4", walk(client, { per_page = 2 }, { prefetch = 5 }))
    assert.equal(0, transport:pending())
  end)

  it("ignores that pages beyond the end are not found", function()
    for _, has_paging in ipairs({ true, false }) do
      local client, transport =
        client_of({ total = 7, has_paging = has_paging, not_found_from = 5 })
      assert.equal("1 2 3 4 5 6 7", walk(client, {}, { prefetch = 6 }))
      assert.equal(0, transport:pending())
    end
  end)

  it("loses nothing when pages are smaller than was asked for", function()
    for _, has_paging in ipairs({ true, false }) do
      for _, limits in ipairs({ {}, { max_items = 30 }, { max_pages = 20 } }) do
        limits.prefetch = 4
        local spec = { total = 37, most_per_page = 3, has_paging = has_paging }
        local client, transport = client_of(spec)
        local last = limits.max_items or 37
        assert.equal(table.concat(numbers(1, last), " "), walk(client, { per_page = 50 }, limits))
        assert.is_true(#transport.requests <= 13 + 1 + 4, #transport.requests)
      end
    end
  end)

  it("asks for what the total says as soon as the first page shows how large pages are", function()
    local client, transport = client_of({ total = 40, most_per_page = 2 })
    local start = clock.now
    assert.equal(
      table.concat(numbers(1, 40), " "),
      walk(client, { per_page = 40 }, { prefetch = 20 })
    )
    assert.same(numbers(1, 20), asked(transport))
    assert.equal(1, clock.now - start)
  end)

  it("asks only for what max_pages and max_items let through", function()
    local client, transport = client_of({ total = 40 })
    assert.equal("1 2 3 4 5 6", walk(client, nil, { prefetch = 8, max_pages = 3 }))
    assert.same(numbers(1, 3), asked(transport))
    client, transport = client_of({ total = 40 })
    assert.equal("1 2 3 4 5", walk(client, { per_page = 2 }, { prefetch = 8, max_items = 5 }))
    assert.same(numbers(1, 3), asked(transport))
    client, transport = client_of({ total = 40 })
    assert.equal("1 2 3 4 5", walk(client, nil, { prefetch = 8, max_items = 5 }))
    assert.same(numbers(1, 3), asked(transport))
    client, transport = client_of({ total = 40 })
    assert.equal("", walk(client, nil, { prefetch = 8, max_items = 0 }))
    assert.equal("", walk(client, nil, { prefetch = 8, max_pages = 0 }))
    assert.same({}, asked(transport))
  end)

  it("begins at the page that the query names", function()
    local client, transport = client_of({ total = 10 })
    assert.equal("5 6 7 8 9 10", walk(client, { page_no = 3 }, { prefetch = 2 }))
    assert.same({ 3, 4, 5 }, asked(transport))
  end)

  it("waits for the first page of a list that is not known to have pages", function()
    local client, transport = client_of({ total = 1 })
    local ids = {}
    for webhook in client.webhooks:each(nil, { prefetch = 8 }) do
      ids[#ids + 1] = webhook.id
    end
    assert.same({ "id-1" }, ids)
    assert.equal(1, #transport.requests)
  end)

  it("sends nothing before the first item is asked for, and nothing after the end", function()
    local client, transport = client_of({ total = 4 })
    local iterator = client.meetings:each(nil, { prefetch = 2 })
    assert.equal(0, #transport.requests)
    for _ = 1, 4 do
      assert.truthy(iterator())
    end
    assert.is_nil(iterator())
    assert.is_nil(iterator())
    assert.equal(2, #transport.requests)
  end)

  describe("when the loop is left", function()
    local function read_one(client)
      for meeting in client.meetings:each(nil, { prefetch = 8 }) do
        if meeting.id then break end
      end
    end

    it("cancels what is in flight, at once where Lua closes loops", function()
      local client, transport = client_of({ total = 400 })
      read_one(client)
      if closes_loops then assert.equal(0, transport:pending()) end
      assert.equal("id-1", client.meetings:list()[1].id)
    end)

    it("does not pile up requests", function()
      local client, transport = client_of({ total = 400 })
      for _ = 1, 50 do
        read_one(client)
        collectgarbage()
      end
      assert.is_true(transport.most_pending <= 40, transport.most_pending)
    end)

    it("sends nothing more, even when other calls go on", function()
      local client, transport = client_of({ total = 400 })
      read_one(client)
      local before = #transport.requests
      for _ = 1, 20 do
        client.meetings:get("m")
      end
      assert.equal(before + 20, #transport.requests)
    end)
  end)

  it("works in tasks, in coroutines and in callbacks", function()
    local client, transport = client_of({ total = 40 })
    local expected = table.concat(numbers(1, 40), " ")
    local function read()
      return walk(client, nil, { prefetch = 5 })
    end
    local results = rtk.gather({
      read,
      read,
      function()
        return coroutine.wrap(read)()
      end,
      function()
        return (string.gsub("x", "x", read))
      end,
    })
    for index = 1, 4 do
      assert.equal(expected, results[index][2])
    end
    assert.equal(80, #transport.requests)
  end)

  it("walks as without it, whatever the list is like", function()
    local random = new_random(7)
    for round = 1, 300 do
      local spec = {
        total = random:below(30),
        per_page = random:below(5) + 1,
        most_per_page = random:below(4) + 1,
        has_paging = random:chance(70),
        failing = random:chance(20) and random:below(8) + 1 or nil,
        delay = function(page_no)
          return (page_no * 7 + round) % 5 + 1
        end,
      }
      local query = {
        per_page = random:chance(60) and random:below(6) + 1 or nil,
        page_no = random:chance(20) and random:below(5) + 1 or nil,
      }
      local limits = {
        max_items = random:chance(30) and random:below(20) or nil,
        max_pages = random:chance(30) and random:below(8) or nil,
      }
      local ids, message = walk(client_of(spec), query, limits)
      limits.prefetch = random:below(6) + 1
      local client, transport = client_of(spec)
      local ahead, ahead_message = walk(client, query, limits)
      assert.equal(ids, ahead, "round " .. round)
      assert.equal(message, ahead_message, "round " .. round)
      assert.equal(0, transport:pending())
    end
  end)

  it("reads ahead in an emulator", function()
    local client = new_emulator():client({})
    for number = 1, 25 do
      assert(client.meetings:create({ title = "M" .. number }))
    end
    local ids, expected = {}, {}
    for meeting in client.meetings:each({ per_page = 3 }) do
      expected[#expected + 1] = meeting.id
    end
    for meeting in client.meetings:each({ per_page = 3 }, { prefetch = 4 }) do
      ids[#ids + 1] = meeting.id
    end
    assert.equal(25, #ids)
    assert.same(expected, ids)
  end)

  it("reads ahead over HTTP, and leaves a client that works when the loop is left", function()
    clock:stop()
    local server = webserver.start()
    finally(function()
      server:stop()
    end)
    local client = rtk.new({
      api_token = "t",
      account_id = "a",
      app_id = "b",
      base_url = server.http .. "/pages",
      connect_timeout = 60,
    })
    local function read(limit)
      local seen, count = {}, 0
      for meeting in client.meetings:each({ per_page = 100 }, { prefetch = 16 }) do
        assert.is_nil(seen[meeting.id])
        seen[meeting.id], count = true, count + 1
        if count == limit then break end
      end
      return count
    end
    assert.equal(150, read(150))
    if closes_loops then assert.equal(0, client._channel.transport:pending()) end
    assert.equal(100, #assert(client.meetings:list()))
    assert.equal(10000, read(10001))
  end)

  it("raises what cannot be a number of pages", function()
    local client = client_of({ total = 1 })
    local message = clients.misuse_of(client.meetings.each, client.meetings, nil, { prefetch = -1 })
    assert.truthy(message:find("prefetch must be a whole number", 1, true), message)
  end)
end)
