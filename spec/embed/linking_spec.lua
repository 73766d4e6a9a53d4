-- SPDX-License-Identifier: MIT
-- rtk.so in programs that have Lua linked in: they must export its names, which must be C's.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local USE = [[
local rtk = require("rtk")
local client = rtk.new({ api_token = "t", account_id = "a", app_id = "b" })
print(select(2, pcall(client.meetings.get, client.meetings, 5)))
print(select(2, pcall(error, "raised")))
]]

local COMPILE = "%s spec/support/programs/host.c -x none $(pkg-config --cflags %s) -o %s/program %s"

describe("a program with Lua linked in", function()
  local directory, lua

  before_each(function()
    directory, lua = workdir.new(), shell.lua()
    workdir.write(directory .. "/use.lua", USE)
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  -- Compiles the program with these options, and runs the script in it.
  local function run(options, compiler)
    shell.check(COMPILE:format(compiler or "cc", lua, directory, options))
    local command = "LUA_PATH= LUA_CPATH='build/%s/?.so' %s/program %s/use.lua"
    return shell.run(command:format(lua, directory, directory))
  end

  -- The library itself, for a link without the shared one.
  local function archive()
    local find = "ls $(pkg-config --variable=libdir %s)/lib%s.a"
    local name = lua == "luajit" and "luajit-5.1" or lua
    return shell.check(find:format(lua, name)) .. " -lm -ldl"
  end

  local function check_works(printed, status)
    assert.equal(0, status, printed)
    assert.matches("use.lua:3: meeting_id must be a string", printed, 1, true)
    assert.matches("raised", printed, 1, true)
  end

  it("has rtk when it exports Lua's names", function()
    check_works(run("-Wl,-E " .. archive()))
  end)

  local function check_lacks_name(printed, status)
    assert.equal(1, status)
    assert.matches("error loading module 'rtk[^\n]*\n[^\n]*undefined symbol: lua_%w+", printed)
  end

  it("reads which name is missing when it hides them", function()
    check_lacks_name(run(archive()))
  end)

  -- LuaJIT is not compiled as C++. Debian 12 gives such a Lua the names of C, Debian 13 does not.
  if shell.lua() ~= "luajit" then
    it(
      "has rtk with a Lua compiled as C++ if that has the names of C, and else reads so",
      function()
        local library = "-Wl,-E $(pkg-config --libs " .. lua .. "-c++)"
        local names = "nm -D $(pkg-config --variable=libdir %s-c++)/lib%s-c++.so"
        if shell.check(names:format(lua, lua)):find(" lua_gettop", 1, true) then
          check_works(run(library))
        else
          check_lacks_name(run(library, "clang -x c++"))
        end
      end
    )
  end
end)
