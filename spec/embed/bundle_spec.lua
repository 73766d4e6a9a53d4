-- SPDX-License-Identifier: MIT
-- rtk.so without any file of the Lua layer.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("rtk.so alone", function()
  local directory

  setup(function()
    directory = workdir.new()
    shell.check(("cp build/%s/rtk.so %s"):format(shell.lua(), directory))
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  -- Runs a script that can find no more than rtk.so and the files beside it.
  local function run(script)
    workdir.write(directory .. "/script.lua", script)
    local command = "cd %s && LUA_PATH='./?.lua' LUA_CPATH='./?.so' %s script.lua"
    return shell.run(command:format(directory, shell.lua()))
  end

  it("is all that require needs", function()
    local printed, status = run([[
      local rtk = require("rtk")
      assert(rtk == require("rtk"))
      assert(require("rtk.core").encode(rtk.array()) == "[]")
      assert(require("rtk.client").new({ api_token = "t", account_id = "a" }))
      print(rtk._VERSION, rtk.new({ api_token = "t", account_id = "a" }))
    ]])
    assert.equal(0, status, printed)
    assert.truthy(printed:find("^%d+%.%d+%.%d+\trtk%.Client"), printed)
  end)

  it("has the source of what Redis runs for a limiter", function()
    local printed, status = run([[
      local core = require("rtk.core")
      require("rtk")
      assert(core.source("rtk/init.lua"):find("function rtk.new", 1, true))
      assert(core.source("rtk/none.lua") == nil)
      assert(require("rtk.rate_limit.redis_script").text)
    ]])
    assert.equal(0, status, printed)
  end)

  it("blames the line that made a mistake, also in a file that is called rtk/...", function()
    shell.check(("mkdir -p %s/rtk"):format(directory))
    workdir.write(
      directory .. "/rtk/mine.lua",
      'local client = require("rtk").new({ api_token = 1 })'
    )
    local printed, status = run('require("rtk.mine")')
    assert.equal(1, status)
    assert.truthy(printed:find("rtk/mine.lua:1: api_token must be a string", 1, true), printed)
  end)

  it("names its own files in a traceback", function()
    local printed = run([[
      local client = require("rtk").new({ api_token = "t", account_id = "a", app_id = "x" })
      client.meetings:get(nil)
    ]])
    assert.truthy(printed:find("script.lua:2: meeting_id must be a string", 1, true), printed)
    assert.truthy(printed:find("[rtk]/http/url.lua:", 1, true), printed)
  end)

  it("goes by its own modules, whatever files have their names", function()
    shell.check(("mkdir -p %s/rtk"):format(directory))
    workdir.write(directory .. "/rtk/client.lua", 'error("another version")')
    local printed, status = run('print(require("rtk").new({ api_token = "t", account_id = "a" }))')
    assert.equal(0, status, printed)
  end)

  for place, library in pairs({
    ["package.loaded.package"] = "package",
    ["package.preload"] = "package",
    coroutine = "coroutine",
    string = "string",
  }) do
    it("says what it needs in a state without " .. place, function()
      local printed = run(([[
        local open = package.loadlib("./rtk.so", "luaopen_rtk")
        %s = nil
        print(pcall(open))
      ]]):format(place))
      local message = "rtk needs the " .. library .. " library: call luaL_openlibs before"
      assert.equal("false\t" .. message, printed)
    end)
  end

  it("has the whole Lua layer in it, apart from the emulator and the types", function()
    local listed = {}
    for file in shell.read("src/bundle_data.S"):gmatch('\n%s+file "([^"]+)"') do
      listed[#listed + 1] = "lua/" .. file
    end
    local find = "find lua -name '*.lua' ! -path '*/emulator/*' ! -name types.lua | LC_ALL=C sort"
    assert.same(shell.lines(find), listed)
  end)

  it("gives a C program the functions of rtk.h and no other names", function()
    local names = "nm -g --defined-only build/%s/librtk.a | sed -n 's/.* T //p' | sort"
    local functions = { "luaopen_rtk", "luaopen_rtk_core", "rtk_fd", "rtk_step", "rtk_timeout" }
    assert.same(functions, shell.lines(names:format(shell.lua())))
  end)
end)
