-- SPDX-License-Identifier: MIT
-- What an iterator says: when it fails, to a program that catches it and uncaught; and when it is
-- used as an array.
local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local misuse = require("rtk.misuse")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local PAGE = {
  json = { data = { { id = "a" }, { id = "b" } }, paging = { total_count = 6 } },
}
local LIMIT = { status = 429, json = { success = false, error = { message = "slow down" } } }

-- Runs the loop over a list whose second page fails.
local function fail(list)
  return pcall(function()
    local count = 0
    for _ in list do
      count = count + 1
    end
    return count
  end)
end

describe("an iterator that raised", function()
  local function failed_list(query, answers)
    local client = clients.fake(answers or { PAGE, LIMIT }, { max_retries = 0 })
    local list = client.meetings:each(query)
    local ok, message = fail(list)
    assert.is_false(ok)
    return list, message
  end

  it("has the error with its kind and the page to go on from", function()
    local list, message = failed_list()
    assert.equal("rate_limit", list.err.kind)
    assert.equal(429, list.err.status)
    assert.equal(2, list.err.page_no)
    assert.equal(1, list.page_no)
    assert.truthy(message:find("page 2: " .. list.err.message, 1, true), message)
  end)

  it("raised a text, which can be joined to others and names the line of the loop", function()
    local _, message = failed_list()
    assert.equal("string", type(message))
    assert.matches(
      "^stopped: .*iterator_errors_spec.lua:%d+: page 2: slow down",
      "stopped: " .. message
    )
  end)

  it("is the same from page:each and with prefetch", function()
    for _, make in ipairs({
      function(client)
        return client.meetings:list():each()
      end,
      function(client)
        return (client.meetings:each({}, { prefetch = 2 }))
      end,
      function(client)
        return client.meetings:each_participant("m1")
      end,
    }) do
      local list = make((clients.fake({ PAGE, LIMIT }, { max_retries = 0, runtime = blocking })))
      local _, message = fail(list)
      assert(list.err, message)
      assert.same({ "rate_limit", 2 }, { list.err.kind, list.err.page_no })
    end
  end)

  it("lets the job go on from the page that failed", function()
    local function page(first, second, start)
      local paging = { total_count = 4, start_offset = start, end_offset = start + 1 }
      return { json = { data = { { id = first }, { id = second } }, paging = paging } }
    end
    local answers = { page("a", "b", 1), LIMIT, page("c", "d", 3) }
    local client, transport = clients.fake(answers, { max_retries = 0 })
    local ids, page_no = {}, nil
    repeat
      local list = client.meetings:each({ page_no = page_no, per_page = 2 })
      pcall(function()
        for item in list do
          ids[#ids + 1] = item.id
        end
      end)
      page_no = list.err and list.err.page_no
    until not page_no
    assert.equal("a b c d", table.concat(ids, " "))
    assert.truthy(transport.requests[3].url:find("page_no=2", 1, true))
  end)

  it("names the page that it began with, unless that is page 1", function()
    for _, query in ipairs({ { page_no = 3 }, { page_no = "3" } }) do
      local list, message = failed_list(query, { LIMIT })
      assert.truthy(message:find(": page 3: slow down", 1, true), message)
      assert.equal(3, list.err.page_no)
      assert.is_nil(list.page_no)
    end
    local list, message = failed_list(nil, { LIMIT })
    assert.matches("iterator_errors_spec.lua:%d+: slow down", message)
    assert.equal(1, list.err.page_no)
  end)

  it("has no error before, at the end, or when the program made the mistake", function()
    local list = clients.fake({ { json = { data = { { id = "a" } } } } }).webhooks:each()
    assert.is_nil(list.err)
    assert.is_nil(list.page_no)
    assert.is_true((fail(list)))
    assert.is_nil(list.err)
    assert.equal(1, list.page_no)
    list = clients
      .fake({ PAGE }, {
        on_event = function()
          misuse.raise("mine")
        end,
      }).meetings
      :each()
    assert.is_false((fail(list)))
    assert.is_nil(list.err)
  end)
end)

describe("an iterator", function()
  local function assert_told(expected, f, ...)
    local message = clients.misuse_of(f, ...)
    assert.truthy(message:find(expected, 1, true), message)
    return message
  end

  local list

  before_each(function()
    list = clients.fake({ PAGE }).meetings:each()
  end)

  it("says what it is when a number or a field is read of it", function()
    local expected = "write `for item in` before it, without ipairs"
    assert.matches(
      "iterator_errors_spec.lua:%d+: ",
      assert_told(expected, function()
        return list[1], nil
      end)
    )
    assert_told(expected, function()
      return #list, nil
    end)
    assert_told('an iterator has no "page"; did you mean "page_no"?', function()
      return list.page, nil
    end)
    assert.is_nil(list.__index)
    assert.is_nil(list[true])
  end)

  -- In Lua 5.1 and LuaJIT ipairs and pairs refuse what is no table in words of their own; ipairs of
  -- the LuaJIT of 2025 asks the iterator for an item.
  it("is refused by ipairs and pairs", function()
    for _, walk in ipairs({ ipairs, pairs }) do
      local message = clients.misuse_of(function()
        for _ in walk(list) do
          error("not reached")
        end
      end)
      local is_theirs = _VERSION == "Lua 5.1"
        and message:find("table expected, got userdata", 1, true)
      assert.truthy(is_theirs or message:find("write `for item in` before it", 1, true), message)
    end
  end)

  it("is printed with the page that it is on", function()
    assert.equal("rtk.Iterator", tostring(list))
    list()
    assert.equal("rtk.Iterator on page 1", tostring(list))
  end)
end)

describe("the error of an iterator that nobody catches", function()
  local PROGRAM = [[
local clients = require("spec.support.clients.clients")
local page = { json = { data = { { id = "a" } }, paging = { total_count = 6 } } }
local limit = { status = 403, json = { success = false, error = { message = "no" } } }
local client = clients.fake({ page, limit })
for meeting in client.meetings:each() do
  io.stdout:write(meeting.id, "\n")
end
]]

  it("appears whole, with the line of the loop, in lua and luajit", function()
    local directory = workdir.new()
    local file = directory .. "/loop.lua"
    workdir.write(file, PROGRAM)
    for _, lua in ipairs({ "lua5.4", "luajit" }) do
      local path = "LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;;' LUA_CPATH='build/%s/?.so;;' %s %s"
      local output, status = shell.run(path:format(lua, lua, shell.quote(file)))
      assert.equal(1, status)
      assert.truthy(output:find(lua .. ": ", 1, true), output)
      assert.truthy(output:find("loop.lua:5: page 2: no (HTTP 403, GET /meetings", 1, true), output)
    end
    workdir.remove(directory)
  end)

  it("appears whole in a report of busted", function()
    local directory = workdir.new()
    local file = directory .. "/loop_spec.lua"
    workdir.write(file, 'it("fails", function()\n' .. PROGRAM .. "end)\n")
    local lua = shell.lua()
    local command = "LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;;' LUA_CPATH='build/%s/?.so;;' "
      .. "%s /usr/bin/busted -o plainTerminal %s"
    local output = shell.run(command:format(lua, lua, shell.quote(file)))
    assert.truthy(output:find("loop_spec.lua:6: page 2: no (HTTP 403", 1, true), output)
    workdir.remove(directory)
  end)
end)
