-- SPDX-License-Identifier: MIT
-- Mistakes in calls, on every method: each raises before anything is sent, names the mistake and
-- the way out, and blames the line of the call.

local clients = require("spec.support.clients.clients")
local rtk = require("rtk")
local wire_operations = require("spec.support.data.wire_operations")
local wire_recordings = require("spec.support.data.wire_recordings")
local wire_request = require("spec.support.data.wire_request")

local unpack = rawget(_G, "unpack") or rawget(table, "unpack")
local rows = wire_operations.rows()

describe("a mistake in a call", function()
  local client, transport

  before_each(function()
    client, transport = clients.fake({ wire_operations.answer })
  end)

  -- Calls the method here, so that this file is the one to blame.
  local function refusal(row, arguments)
    local line
    local ok, message = pcall(function()
      local resource = client[row.resource]
      line = debug.getinfo(1, "l").currentline + 1
      local value = resource[row.method](resource, unpack(arguments, 1, arguments.n))
      return value
    end)
    assert.is_false(ok, row.title .. " takes it")
    assert.equal(0, #transport.requests)
    local place = ("misuse_spec.lua:%d: "):format(line)
    assert.truthy(message:find(place, 1, true), row.title .. " blames another line: " .. message)
    return message
  end

  local function assert_refused(row, arguments, expected)
    local message = refusal(row, arguments)
    assert.truthy(message:find(expected, 1, true), row.title .. ": " .. message)
  end

  local none = {} -- stands for nil

  it("names the id that cannot be one", function()
    local count = 0
    for _, row in ipairs(rows) do
      for position, name in ipairs(row.names) do
        for _, bad in ipairs({
          { none, " must be a string, got nothing" },
          { 5, " must be a string, got a number" },
          { true, " must be a string, got a boolean" },
          { {}, " must be a string, got a table" },
          { print, " must be a string, got a function" },
          { rtk.null, " must be a string, got a userdata" },
          { "", " must not be empty" },
          { ".", ' must not be "."' },
          { "..", ' must not be ".."' },
          { "a\nb", " must not contain control characters" },
          { "\0", " must not contain control characters" },
          { "x\127", " must not contain control characters" },
        }) do
          local arguments = wire_operations.arguments(row)
          arguments[position] = nil
          if bad[1] ~= none then arguments[position] = bad[1] end
          assert_refused(row, arguments, name .. bad[2])
          count = count + 1
        end
      end
    end
    local ids = 0
    for _, row in ipairs(rows) do
      ids = ids + #row.names
    end
    assert.equal(12 * ids, count)
  end)

  it("names account and app when options have odd ones", function()
    for _, row in ipairs(rows) do
      local option = row.resource == "apps" and "account_id" or "app_id"
      for bad, expected in pairs({ [""] = " must not be empty", [".."] = ' must not be ".."' }) do
        assert_refused(
          row,
          wire_operations.arguments(row, nil, { [option] = bad }),
          option .. expected
        )
      end
    end
  end)

  it("is no id, however odd, that can be encoded", function()
    local odd = "a/b?c#d%2F é\\..;x"
    for _, row in ipairs(rows) do
      local arguments = wire_operations.arguments(row)
      for position in ipairs(row.names) do
        arguments[position] = odd .. position
      end
      wire_operations.call(client, row, arguments)
      local base = row.resource == "apps" and "/realtime/kit" or "/realtime/kit/app"
      local path = wire_request.url(transport:last().url).path:match(base .. "(/.*)$")
      local expected = wire_request.segments(row.template:gsub("{.-}", "ID"))
      local position = 0
      for index, segment in ipairs(expected) do
        if segment == "ID" then
          position = position + 1
          expected[index] = odd .. position
        end
      end
      assert.same(expected, wire_request.segments(path), row.title)
    end
  end)

  it("names a body or query that is no table of fields", function()
    for _, row in ipairs(rows) do
      if row.takes then
        for _, bad in ipairs({ 5, "x", true, print }) do
          local expected = row.takes .. " must be a table, got a " .. type(bad)
          assert_refused(row, wire_operations.arguments(row, bad), expected)
        end
        for _, bad in ipairs({ { 1, 2 }, rtk.array({ {} }), { { name = "x" } } }) do
          local expected = row.takes .. " must be a table of named fields, got an array"
          assert_refused(row, wire_operations.arguments(row, bad), expected)
        end
      end
    end
  end)

  it("names a field that has no form", function()
    for _, row in ipairs(rows) do
      if row.takes == "query" then
        local name = next(row.arguments[#row.arguments])
        local expected = "query." .. name .. " must be a string, number, boolean or table"
        assert_refused(row, wire_operations.arguments(row, { [name] = print }), expected)
        assert_refused(row, wire_operations.arguments(row, { [name] = 0 / 0 }), "query." .. name)
      elseif row.takes == "body" then
        assert_refused(row, wire_operations.arguments(row, { a = { b = print } }), "body.a.b")
        assert_refused(row, wire_operations.arguments(row, { a = { b = 1 / 0 } }), "body.a.b")
        assert_refused(row, wire_operations.arguments(row, { a = { b = 1, 2 } }), "body.a")
      end
    end
  end)

  it("names the query name that was probably meant", function()
    for _, row in ipairs(rows) do
      if row.takes == "query" then
        local name = next(row.arguments[#row.arguments])
        local message = refusal(row, wire_operations.arguments(row, { [name .. "x"] = "v" }))
        assert.truthy(message:find(('unknown query name "%sx"'):format(name), 1, true), message)
        assert.truthy(message:find(('did you mean "%s"?'):format(name), 1, true), message)
        assert_refused(
          row,
          wire_operations.arguments(row, { timeout = 5 }),
          "it is an option: options come after the query"
        )
      end
    end
  end)

  it("names the option that was probably meant", function()
    for _, row in ipairs(rows) do
      for misspelt, meant in pairs({
        timeut = "timeout",
        maxRetries = "max_retries",
        header = "headers",
        extraQuery = "extra_query",
        extrabody = "extra_body",
        accountId = "account_id",
      }) do
        local message = refusal(row, wire_operations.arguments(row, nil, { [misspelt] = "v" }))
        assert.truthy(message:find("unknown option " .. misspelt, 1, true), message)
        assert.truthy(message:find(('did you mean "%s"?'):format(meant), 1, true), message)
      end
      assert_refused(row, wire_operations.arguments(row, nil, 5), "options must be a table")
      assert_refused(row, wire_operations.arguments(row, nil, { timeout = 0 }), "timeout must be")
    end
  end)

  it("names what takes no table", function()
    for _, row in ipairs(rows) do
      if not row.takes then
        assert_refused(row, wire_operations.arguments(row, { a = 1 }, { timeout = 5 }), "takes no ")
        assert_refused(row, wire_operations.arguments(row, { a = 1 }), "unknown option a")
        assert_refused(row, wire_operations.arguments(row, "x"), "options must be a table")
      end
    end
  end)

  it("names the method that was probably meant", function()
    for _, row in ipairs(rows) do
      local misspelt = row.method .. row.method:sub(-1)
      local message = refusal({ resource = row.resource, method = misspelt, title = "" }, { n = 0 })
      local expected = ('client.%s has no method "%s"; did you mean "%s"?'):format(
        row.resource,
        misspelt,
        row.method
      )
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)

  -- The Python SDK has the same names in snake_case.
  local function snake(name)
    return (name:gsub("(%u+)(%u%l)", "_%1_%2"):gsub("(%l)(%u+)", "%1_%2"):lower())
  end

  -- What the message says it is called here, which may be a choice of names.
  local function names_one_of(message, resource, operation)
    local ours = message:match('is "([^"]+)" here$') or message:match('did you mean "([^"]+)"%?$')
    for _, row in ipairs(wire_operations.of(operation)) do
      local name = row.resource == resource and row.method or row.title
      if ours and ours:find("%f[%w_:]" .. name .. "%f[^%w_:]") then return true end
    end
    return false
  end

  it("may be a name of the official SDK, and is told ours", function()
    local tried, count = {}, 0
    for _, recording in ipairs(wire_recordings.load("official-sdk.json")) do
      local resource, camel = recording.sdk:match("^realtimeKit%.(%a+)%.(%a+)$")
      resource = resource and snake(resource)
      for _, name in ipairs({ camel or nil, camel and snake(camel) }) do
        local is_ours = pcall(function()
          return client[resource][name]
        end)
        if not tried[resource .. "." .. name] and not is_ours then
          local message = refusal({ resource = resource, method = name, title = "" }, { n = 0 })
          assert.truthy(message:find(('"%s"'):format(name), 1, true), message)
          assert.is_true(names_one_of(message, resource, recording.operation), message)
          count = count + 1
        end
        tried[resource .. "." .. name] = true
      end
    end
    assert.is_true(count > 80, tostring(count))
    assert.truthy(clients
      .misuse_of(function()
        return client.activeSession
      end)
      :find('did you mean "active_session"', 1, true))
  end)
end)
