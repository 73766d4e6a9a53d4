-- SPDX-License-Identifier: MIT
-- The options of a call, on every method: they reach the transport, and they may follow a nil, the
-- table or, where there is none, the ids.

local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local operation = require("rtk.request.operation")
local wire_answers = require("spec.support.data.wire_answers")
local wire_operations = require("spec.support.data.wire_operations")
local wire_request = require("spec.support.data.wire_request")

local rows = wire_operations.rows()
local base = "https://api.example.com/client/v4"

local function options()
  return {
    timeout = 7.5,
    max_retries = 0,
    headers = { ["X-Mine"] = "yes", Accept = "application/x" },
    extra_query = { debug = { "a", "b" }, page_no = 99 },
    account_id = "acc/2",
    app_id = "app 2",
  }
end

-- The names that options added to a query, and the query without them.
local function split(query)
  local extra = { debug = query.debug, page_no = query.page_no }
  query.debug, query.page_no = nil, nil
  return extra
end

local function assert_options_arrived(row, request)
  local prefix = base .. "/accounts/acc%2F2/realtime/kit"
  if row.resource ~= "apps" then prefix = prefix .. "/app%202" end
  local url, headers = wire_request.url(request.url, prefix), wire_request.headers(request.headers)
  assert.equal(row.path, url.path)
  assert.equal(7.5, request.timeout)
  assert.equal("yes", headers["x-mine"])
  assert.equal("application/x", headers.accept)
  assert.equal("Bearer test-token", headers.authorization)
  assert.same({ debug = { "a", "b" }, page_no = { "99" } }, split(url.query), row.title)
  return url
end

describe("the options of a call", function()
  it("reach the transport, after the table", function()
    for _, row in ipairs(rows) do
      local client, transport = clients.fake({ wire_operations.answer })
      local arguments = wire_operations.arguments(row, nil, options())
      wire_operations.call(client, row, arguments)
      local url = assert_options_arrived(row, transport:last())
      local own = wire_request.pairs_of(row.query)
      own.page_no = nil
      assert.same(own, url.query, row.title)
    end
  end)

  it("reach the transport, after a nil", function()
    for _, row in ipairs(rows) do
      local client, transport = clients.fake({ wire_operations.answer })
      wire_operations.call(client, row, wire_operations.arguments(row, false, options()))
      local url = assert_options_arrived(row, transport:last())
      assert.same({}, url.query, row.title)
    end
  end)

  it("reach the transport, right after the ids where there is no table", function()
    for _, row in ipairs(rows) do
      -- The action of a recording is the body.
      local fields = operation.named[row.key].fields
      local takes_table = fields.query or fields.body and not row.path:find("^/recordings/x")
      assert.equal(takes_table ~= nil and takes_table ~= false, row.takes ~= nil, row.title)
      if not row.takes then
        local client, transport = clients.fake({ wire_operations.answer })
        wire_operations.call(client, row, wire_operations.arguments(row, options()))
        assert_options_arrived(row, transport:last())
      end
    end
  end)

  it("merge extra_body into the body at every depth", function()
    for _, row in ipairs(rows) do
      local has_body = row.verb ~= "GET" and row.verb ~= "DELETE"
      if has_body then
        local client, transport = clients.fake({ wire_operations.answer })
        local payload = row.takes and { deep = { own = 1, both = { own = 2 } }, list = { 1 } }
          or false
        local extra = { deep = { extra = 3, both = { extra = 4 } }, list = { 2 }, top = 5 }
        local given = { extra_body = extra }
        wire_operations.call(client, row, wire_operations.arguments(row, payload, given))
        local sent = cjson.decode(transport:last().body)
        local headers = wire_request.headers(transport:last().headers)
        assert.equal("application/json", headers["content-type"])
        sent.action = nil
        local expected = payload
            and {
              deep = { own = 1, extra = 3, both = { own = 2, extra = 4 } },
              list = { 2 },
              top = 5,
            }
          or extra
        for name, value in pairs(row.defaults) do
          assert.equal(value, sent[name], row.title)
          sent[name] = nil
        end
        assert.same(expected, sent, row.title)
      end
    end
  end)

  it("limit attempts", function()
    for _, row in ipairs(rows) do
      local refused = { kind = "connection", message = "refused", sent = false }
      local client, transport = clients.fake({ refused })
      local arguments = wire_operations.arguments(row, false, { max_retries = 1 })
      pcall(wire_operations.call, client, row, arguments)
      assert.equal(2, #transport.requests, row.title)
    end
  end)

  it("limit walks", function()
    local walked = {}
    for _, row in ipairs(rows) do
      if row.is_walk then
        local client, transport = clients.fake({ wire_operations.answer })
        local none = wire_operations.arguments(row, false, { max_items = 0, timeout = 2 })
        assert.is_nil(wire_operations.call(client, row, none))
        assert.equal(0, #transport.requests)
        local one =
          wire_operations.arguments(row, false, { max_items = 1, max_pages = 1, timeout = 2 })
        assert.equal("i1", wire_operations.call(client, row, one).id)
        assert.equal(2, transport:last().timeout)
        walked[row.operation] = true
      end
    end
    for _, row in ipairs(rows) do
      local is_list = wire_answers.of(row.operation).place:find("%[%]$") ~= nil
      if not row.answers then assert.equal(is_list, walked[row.operation] == true, row.title) end
    end
  end)

  it("are left as they were, like the tables", function()
    for _, row in ipairs(rows) do
      local client = clients.fake({ wire_operations.answer })
      local given, payload = options(), row.takes == "body" and { a = { b = {} } } or false
      given.extra_body = row.takes == "body" and { a = { c = 1 } } or nil
      wire_operations.call(client, row, wire_operations.arguments(row, payload, given))
      given.extra_body = nil
      assert.same(options(), given, row.title)
      if payload then assert.same({ a = { b = {} } }, payload, row.title) end
    end
  end)
end)
