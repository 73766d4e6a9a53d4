-- SPDX-License-Identifier: MIT
-- Calls in a handler of Apache's mod_lua, whose Lua is 5.3.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- It does not serve as root, and another user may not read this tree: all that it needs is copied.
local CONFIG = [[
ServerRoot $directory
ServerName localhost
Listen 127.0.0.1:$port
PidFile $directory/pid
ErrorLog $directory/error.log
User nobody
Group nogroup
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule lua_module $modules/mod_lua.so
LuaScope thread
LuaMapHandler ^/ $directory/spec/hosts/apache.lua
]]

local MODULES = "/usr/lib/apache2/modules"
local COPY =
  "mkdir -p %s/spec && cp build/lua5.3/rtk.so %s && cp -R spec/hosts %s/spec && chmod 777 %s"

describe("Apache", function()
  it("serves others while a call in a handler of mod_lua blocks its thread", function()
    local _, status =
      shell.run("PATH=$PATH:/usr/sbin command -v apache2 && ls " .. MODULES .. "/mod_lua.so")
    local _, has_lua = shell.run("pkg-config --exists lua5.3")
    if status ~= 0 or has_lua ~= 0 or shell.lua() ~= "lua5.4" then
      return pending("Apache, or Lua 5.3 to build with, is not here: mod_lua is not tried")
    end
    shell.check("make -s build LUAS=lua5.3")
    local place, port = program.place(1), program.port()
    local folder = place.directory
    shell.check((COPY:gsub("%%s", folder)))
    local values = { directory = folder, port = port, modules = MODULES }
    workdir.write(folder .. "/apache.conf", (CONFIG:gsub("$(%l+)", values)))
    local environment = program.environment(place, "lua5.3")
    local paths = ("LUA_PATH='%s/?.lua' LUA_CPATH='%s/?.so'"):format(folder, folder)
    local command = "%s %s PATH=$PATH:/usr/sbin apache2 -DFOREGROUND -f %s/apache.conf"
    local url = ("http://127.0.0.1:%d/"):format(port)
    local stop = program.serve(command:format(environment, paths, folder), place, url .. "ping")
    finally(function()
      stop()
      place.stop()
    end)
    local token, was_answered = program.get_with_ping(place, url .. "join", url .. "ping")
    assert.matches("^ey", token)
    assert.is_true(was_answered)
  end)
end)
