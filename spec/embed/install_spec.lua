-- SPDX-License-Identifier: MIT
-- What `make install` provides for C programs.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("an installed librtk", function()
  local directory

  setup(function()
    directory = workdir.new()
    shell.check(("make -s install LUAS=%s PREFIX=%s"):format(shell.lua(), directory))
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  it("is found by pkg-config with its version", function()
    local ask = "PKG_CONFIG_PATH=%s/lib/pkgconfig pkg-config --modversion rtk-%s"
    local version = shell.check(ask:format(directory, shell.lua()))
    assert.equal(require("rtk")._VERSION, version)
  end)

  it("makes the C program of the guide work", function()
    local guide = shell.read("src/README.md")
    local program = guide:match("```c\n(.-)```")
    local command = guide:match("cc program.c [^\n]+"):gsub("rtk%-lua5.4", "rtk-" .. shell.lua())
    if shell.lua() == "luajit" then
      local call = guide:match("`(lua_pushcfunction%(L, luaopen_rtk%)[^`]+)`")
      program = program:gsub("luaL_requiref%b();", call)
    end
    workdir.write(directory .. "/program.c", program)
    local compile = "cd %s && export PKG_CONFIG_PATH=lib/pkgconfig && %s -Wall -Wextra -Werror"
    shell.check(compile:format(directory, command))
    local emulated = "%s lua/rtk/emulator/main.lua -- env -u LUA_PATH -u LUA_CPATH %s/program"
    assert.equal("From C", shell.check(emulated:format(shell.lua(), directory)))
  end)
end)
