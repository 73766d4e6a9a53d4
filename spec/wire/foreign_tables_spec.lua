-- SPDX-License-Identifier: MIT
-- Tables that keep their fields behind metamethods, on every method: read-only tables are sent like
-- plain ones, others raise. None is sent as if it were empty.

local request_arguments = require("rtk.request.arguments")
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local operation = require("rtk.request.operation")
local read_only = require("spec.support.data.read_only")
local rtk = require("rtk")
local same_value = require("spec.support.asserts.same_value")
local wire_operations = require("spec.support.data.wire_operations")

local rows = wire_operations.rows()

local function request_for(row, arguments)
  local client, transport = clients.fake({ wire_operations.answer })
  wire_operations.call(client, row, arguments)
  return transport.requests[1]
end

local function assert_same_request(title, expected, sent)
  for _, name in ipairs({ "method", "url", "headers", "timeout" }) do
    assert.same(expected[name], sent[name], title)
  end
  local body = expected.body and core.decode(expected.body)
  assert.is_true(same_value(body, sent.body and core.decode(sent.body)), title)
end

describe("a table behind metamethods", function()
  it("is sent as the plain table with the same fields", function()
    for _, row in ipairs(rows) do
      local options = {
        timeout = 7.5,
        headers = { ["X-Mine"] = "yes" },
        extra_query = { debug = { "a", "b" } },
      }
      if row.body then options.extra_body = { new = { { deep = {} } } } end
      local payload = row.takes and row.arguments[#row.names + 1] or false
      local plain = wire_operations.arguments(row, payload, options)
      local proxied = wire_operations.arguments(row, read_only(payload), read_only(options))
      assert_same_request(row.title, request_for(row, plain), request_for(row, proxied))
      if row.takes then
        local without = wire_operations.arguments(row, payload)
        local alone = wire_operations.arguments(row, read_only(payload))
        assert_same_request(row.title, request_for(row, without), request_for(row, alone))
      end
    end
  end)

  it("raises where no field can be seen, naming it", function()
    local hidden = setmetatable({}, { __index = { title = "x", timeout = 1 } })
    for _, row in ipairs(rows) do
      for what, arguments in pairs({
        [row.takes or "options"] = wire_operations.arguments(row, row.takes and hidden or false),
        options = wire_operations.arguments(row, nil, hidden),
        ["options.headers"] = wire_operations.arguments(row, nil, { headers = hidden }),
      }) do
        if arguments[#row.names + 1] or arguments[#row.names + 2] then
          local ok, message = pcall(request_for, row, arguments)
          assert.is_false(ok, row.title .. " sends " .. what)
          local expected = what .. " keeps fields behind its metatable's __index"
          assert.truthy(message:find(expected, 1, true), message)
        end
      end
    end
  end)

  it("works in client:request and in rtk.new, too", function()
    local client, transport = clients.fake({ wire_operations.answer })
    assert(client:request(read_only({
      method = "POST",
      path = "/x",
      query = { a = { "1", "2" } },
      body = { list = {}, deep = { { b = 1 } } },
      headers = { ["X-Mine"] = "yes" },
    })))
    assert.equal("https://api.example.com/client/v4/x?a=1&a=2", transport:last().url)
    assert.is_true(
      same_value({ list = {}, deep = { { b = 1 } } }, core.decode(transport:last().body))
    )
    assert(rtk.new(read_only({
      api_token = "a-token-for-tests",
      account_id = "a",
      app_id = "b",
      headers = { ["X-Mine"] = "yes" },
    })))
    assert.has_error(function()
      rtk.new(read_only({ api_token = "a-token-for-tests", tiemout = 5 }))
    end)
  end)

  it("is none of those that calls return: they are sent, without their ids", function()
    local client, transport = clients.fake({
      { json = { data = { id = "m1", title = "x", ai_config = { a = rtk.array({}) } } } },
    })
    local meeting = assert(client.meetings:get("m1"))
    assert.equal("plain", core.table_kind(meeting))
    client.meetings:update("m1", meeting)
    local body = core.decode(transport:last().body)
    assert.is_true(same_value({ title = "x", ai_config = { a = rtk.array({}) } }, body))
    local page = assert(client.meetings:list())
    assert.equal("array", core.table_kind(page))
    local response = rtk.response(meeting)
    assert.truthy(core.encode(response):find('"status":200', 1, true))
    assert.equal(
      "{}",
      core.encode(request_arguments.complete_body(operation.named["POST /meetings"]))
    )
  end)
end)
