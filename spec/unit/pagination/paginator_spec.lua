-- SPDX-License-Identifier: MIT
-- Lists of servers that do with pages what they like: nothing may be lost in silence.

local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local new_random = require("spec.support.data.random").new
local simulated_list = require("spec.support.clients.simulated_list")

describe("rtk.pagination.paginator", function()
  -- The items' numbers, the requests it took, and what was raised.
  local function walk(client, transport, iterate)
    local seen = {}
    local before = #transport.requests
    local ok, message = pcall(function()
      for item in iterate(client) do
        seen[#seen + 1] = item.number
      end
    end)
    return table.concat(seen, " "), #transport.requests - before, not ok and message or nil
  end

  local function each(spec, prefetch)
    return function(client)
      return client[spec.resource]:each(spec.query, prefetch and { prefetch = prefetch })
    end
  end

  local function page_each(spec)
    return function(client)
      return assert(client[spec.resource]:list(spec.query)):each()
    end
  end

  local function page_next(spec)
    return function(client)
      local items, position = assert(client[spec.resource]:list(spec.query)), 0
      return function()
        while items and position == #items do
          local message
          items, message = items:next()
          assert(items or not message, message)
          position = 0
        end
        position = position + 1
        return items and items[position]
      end
    end
  end

  local ways = { each = each, ["page:each"] = page_each, ["page:next"] = page_next }

  -- All items, or an error after some of them where the server gives a reason for one.
  local function assert_outcome(spec, what, seen, message)
    local expected = table.concat(spec:visible(), " ")
    if not message then
      assert.equal(expected, seen, what)
    else
      assert.is_true(spec:may_fail(), what .. ": " .. tostring(message))
      assert.equal(expected:sub(1, #seen), seen, what)
    end
  end

  local function check(spec, label)
    for name, way in pairs(ways) do
      local client, transport = simulated_list.client(spec)
      local seen, requests, message = walk(client, transport, way(spec))
      local what = ("%s, %s: %s"):format(label, name, spec:describe())
      assert_outcome(spec, what, seen, message)
      -- Where a total counts hidden items, ten empty pages are looked at.
      local most = spec:page_count() + (spec:may_fail() and 10 or 2)
      assert.is_true(requests <= most, what .. ": requests " .. requests)
    end
    for _, prefetch in ipairs({ 1, 3 }) do
      local client, transport = simulated_list.client(spec)
      local seen, _, message = walk(client, transport, each(spec, prefetch))
      local what = ("%s, prefetch %d: %s"):format(label, prefetch, spec:describe())
      assert_outcome(spec, what, seen, message)
    end
  end

  it("goes on with the options that it began with", function()
    local sent, pages = {}, 3
    local transport = {
      submit = function(_, call)
        sent[#sent + 1] = table.concat(call.headers, "\n"):match("X%-Of: [a-z]+") .. call.timeout
        return #sent
      end,
      step = function()
        local value = { data = { { id = "m" .. #sent } }, paging = { total_count = pages } }
        return { { id = #sent, status = 200, headers = "", value = value, elapsed = 0 } }
      end,
    }
    local given = { api_token = "t", account_id = "a", app_id = "b", transport = transport }
    local client = require("rtk").new(given)
    local options = { headers = { ["X-Of"] = "caller" }, timeout = 5 }
    for _ in client.meetings:each(nil, options) do
      options.headers["X-Of"], options.timeout = "other", "none"
    end
    assert.same({ "X-Of: caller5", "X-Of: caller5", "X-Of: caller5" }, sent)
  end)

  it("loses no item in silence, whatever the server does with pages and totals", function()
    local random = new_random(20)
    for round = 1, 600 do
      check(simulated_list.random(random), "round " .. round)
    end
  end)

  it("asks for nothing more where the total was reached", function()
    for _, offsets in ipairs({ "none", "by position", "by items" }) do
      for _, resource in ipairs({ "meetings", "sessions", "apps", "webhooks" }) do
        local spec = simulated_list.new({
          item_count = 25,
          page_size = 10,
          resource = resource,
          total = "right",
          offsets = offsets,
        })
        local client, transport = simulated_list.client(spec)
        local seen, requests = walk(client, transport, each(spec))
        assert.same({ table.concat(spec:visible(), " "), 3 }, { seen, requests })
      end
    end
  end)

  it("asks for one page more where nothing tells", function()
    for _, beyond in ipairs({ "empty", "not found", "repeat" }) do
      local spec = simulated_list.new({ item_count = 25, page_size = 10, beyond = beyond })
      local client, transport = simulated_list.client(spec)
      local seen, requests, message = walk(client, transport, each(spec))
      assert.same({ table.concat(spec:visible(), " "), 4 }, { seen, requests })
      assert.is_nil(message)
    end
  end)

  it("ends with the only page of a list that is not known to have any", function()
    local spec = simulated_list.new({ item_count = 9, page_size = 10, resource = "webhooks" })
    local client, transport = simulated_list.client(spec)
    assert.same({ "1 2 3 4 5 6 7 8 9", 1 }, { walk(client, transport, each(spec)) })
    client, transport = simulated_list.client(spec)
    assert.same({ "1 2 3 4 5 6 7 8 9", 1 }, { walk(client, transport, each(spec, 4)) })
  end)

  it("goes on in such a list where its reply or the query speaks of pages", function()
    for _, changes in ipairs({
      { total = "right" },
      { total = "zero" },
      { offsets = "by position" },
      { query = { page_no = 1 } },
      { query = { per_page = 10 } },
    }) do
      changes.item_count, changes.page_size, changes.resource = 25, 10, "webhooks"
      local query = changes.query
      changes.query = nil
      local spec = simulated_list.new(changes)
      local client, transport = simulated_list.client(spec)
      local expected = table.concat(spec:visible(), " ")
      local options = { extra_query = query }
      local function iterate()
        return client.webhooks:each(nil, options)
      end
      assert.equal(expected, (walk(client, transport, iterate)))
      options.prefetch = 3
      assert.equal(expected, (walk(client, transport, iterate)))
    end
  end)

  it("takes page 0 for a page that comes again, as the server does, and goes on", function()
    local spec = simulated_list.new({ item_count = 25, page_size = 10, query = { page_no = 0 } })
    local client, transport = simulated_list.client(spec)
    assert.same({ table.concat(spec:visible(), " "), 5 }, { walk(client, transport, each(spec)) })
  end)

  it("raises when the service fails beyond the first page, and at the gateway's 404", function()
    local page = { json = { success = true, data = { { id = "a" } } } }
    local failures = {
      { status = 404, json = { success = false, errors = { { code = 7003, message = "no" } } } },
      { status = 403, json = { success = false, error = { code = 403, message = "no" } } },
      { json = { success = true } },
    }
    for _, failure in ipairs(failures) do
      for _, prefetch in ipairs({ 0, 2 }) do
        local client = clients.fake({ page, failure }, { runtime = blocking })
        local message = clients.misuse_of(function()
          for item in client.meetings:each(nil, { prefetch = prefetch }) do
            assert(item.id)
          end
        end)
        assert.truthy(message:find("page 2: ", 1, true), message)
      end
    end
  end)
end)
