-- SPDX-License-Identifier: MIT
-- Scripts whose globals are not those of a plain interpreter: sandboxes, and hosts in which a
-- script inherits the globals.

local core = require("rtk.core")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- A module that uses rtk in many ways. It has locals, because the globals of a script may be gone.
local USE = [==[
local assert, pcall, select, tostring, type = assert, pcall, select, tostring, type
local gathers = require("rtk.core").yieldable_through_pcall
return function(rtk)
  local limiter = rtk.rate_limit.memory({})
  local client = assert(rtk.new({
    api_token = TOKEN, account_id = ACCOUNT, app_id = APP, base_url = URL, rate_limit = limiter,
  }))
  local meeting = assert(client.meetings:create({ title = "Stand-up" }))
  assert(assert(meeting:add_participant({
    name = "Ann", preset_name = "group_call_host", custom_participant_id = "u1",
  })).token)
  assert(client.meetings:create({ title = "Lesson" }))
  local count = 0
  for item in client.meetings:each({ per_page = 1 }, { max_items = 2 }) do
    count = count + (type(item.id) == "string" and 1 or 0)
  end
  assert(count == 2, count)
  if gathers then
    local results = rtk.gather({
      function() return client.meetings:get(meeting.id) end,
      function() return client.meetings:get("none") end,
    })
    assert(results[1][2].id == meeting.id and results[2][2] == nil)
    local lengths = 0
    for item in client.meetings:each({ per_page = 1 }, { max_items = 2, prefetch = 2 }) do
      lengths = lengths + #item.id
    end
    assert(lengths == 72, lengths)
  end
  local receiver = rtk.webhook.receiver({ public_keys = PUBLIC })
  local body = '{"event":"meeting.started","meeting":{"id":"m1","sessionId":"s1"}}'
  local event = assert(receiver:verify(body, rtk.webhook.sign(body, PRIVATE)))
  assert(event:meeting_id() == "m1")
  assert(not receiver:verify(body .. " ", rtk.webhook.sign(body, PRIVATE)))
  assert(rtk.time("1970-01-01T00:00:10Z") == 10)
  assert(tostring(meeting):find("Stand-up", 1, true))
  local lost, message, err = client.meetings:get("none")
  assert(lost == nil and err.status == 400 and message:find("HTTP 400", 1, true), message)
  assert(rtk.help(client.meetings):find("client.meetings:get", 1, true))
  local ok, problem = pcall(function()
    local _ = client.meetings:get(5)
  end)
  assert(not ok and problem:find("meeting_id must be a string", 1, true), problem)
  client:close()
  return problem
end
]==]

local REMOVE_ALL = [[
local next, globals, write = next, _G, io.write
for _, library in next, { coroutine, math, table, os, io, debug or {} } do
  for name in next, library do
    if library ~= coroutine or name ~= "running" then library[name] = nil end
  end
end
for name in next, globals do
  globals[name] = nil
end
]]

describe("rtk in a script", function()
  local directory, server

  setup(function()
    directory = workdir.new()
    local key = assert(core.new_private_key(2048))
    local api = emulator.new()
    server = assert(emulator_server.start({}))
    local values = {
      TOKEN = api.api_token,
      ACCOUNT = api.account_id,
      APP = api.app_id,
      URL = server.url,
      PUBLIC = key:public_pem(),
      PRIVATE = key:private_pem(),
    }
    local use = USE:gsub("%f[%u][%u]+%f[%U]", function(name)
      return values[name] and ("%q"):format(values[name])
    end)
    workdir.write(directory .. "/use.lua", use)
  end)

  teardown(function()
    server:stop()
    workdir.remove(directory)
  end)

  -- What a script prints; with the Lua layer from files, or from rtk.so alone.
  local function run(script, is_alone)
    local own = directory .. "/?.lua"
    local path = is_alone and own or "lua/?.lua;lua/?/init.lua;" .. own
    workdir.write(directory .. "/script.lua", script)
    local command = "LUA_PATH=%s LUA_CPATH='build/%s/?.so' %s %s/script.lua"
    return shell.run(command:format(shell.quote(path), shell.lua(), shell.lua(), directory))
  end

  local function in_both_ways(title, f)
    it(title .. ", from files", function()
      f(false)
    end)
    it(title .. ", from rtk.so alone", function()
      f(true)
    end)
  end

  in_both_ways("goes on when all globals are removed after it was loaded", function(is_alone)
    local script = [[local rtk, use, write = require("rtk"), require("use"), io.write
      %s
      write(use(rtk))]]
    local printed, status = run(script:format(REMOVE_ALL), is_alone)
    assert.equal(0, status, printed)
    assert.truthy(printed:find("^%S*use.lua:%d+: meeting_id must be a string"), printed)
  end)

  in_both_ways("works where globals are inherited", function(is_alone)
    local printed, status = run(
      [[
      local inherited = setmetatable({}, { __index = _G })
      for _, name in ipairs({ "table", "coroutine", "string", "os" }) do
        inherited[name] = setmetatable({}, { __index = _G[name] })
      end
      if setfenv then
        setfenv(0, inherited)
        setfenv(1, inherited)
      end
      local _ENV = inherited
      io.write(require("use")(require("rtk")))]],
      is_alone
    )
    assert.equal(0, status, printed)
    assert.truthy(printed:find("use.lua:%d+: meeting_id must be a string"), printed)
  end)

  in_both_ways("works where reading a global that is missing raises", function(is_alone)
    local printed, status = run(
      [[
      setmetatable(_G, { __index = function(_, name) error("no global " .. name, 2) end })
      io.write(require("use")(require("rtk")))]],
      is_alone
    )
    assert.equal(0, status, printed)
  end)

  in_both_ways("needs no os, io and debug", function(is_alone)
    local printed, status = run(
      [[
      local write = io.write
      os, io, debug = nil, nil, nil
      local rtk = require("rtk")
      write(require("use")(rtk), "\n")
      assert(require("rtk.time").format(86400.25):find("^1970%-01%-02T00:00:00"))
      write(select(2, pcall(rtk.new)), "\n")
      local client = rtk.new({ api_token = "t", account_id = "a" })
      write(select(2, pcall(client.download, client, "https://a.b/c", "file")))]],
      is_alone
    )
    assert.equal(0, status, printed)
    local lines = shell.split(printed)
    assert.truthy(lines[1]:find("meeting_id must be a string", 1, true), printed)
    assert.truthy(lines[2]:find("api_token", 1, true), printed)
    assert.truthy(lines[3]:find("a path as target needs the libraries io and os", 1, true), printed)
  end)

  it("says which function or library it lacks", function()
    for name, words in pairs({
      setmetatable = "rtk needs setmetatable of the base library",
      pcall = "rtk needs pcall of the base library",
      string = "rtk needs the string library",
      table = "rtk needs the table library",
      coroutine = "rtk needs the coroutine library",
    }) do
      local printed, status =
        run(("local require, rtk = require, nil\n%s = nil\n"):format(name) .. 'require("rtk")')
      assert.are_not.equal(0, status)
      assert.truthy(printed:find(words, 1, true), printed)
    end
  end)
end)
