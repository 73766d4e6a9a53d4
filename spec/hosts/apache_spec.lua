-- SPDX-License-Identifier: MIT
-- Calls in a handler of Apache's mod_lua, whose Lua is 5.3 or 5.4.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- It does not serve as root, and another user may not read this tree: all that it needs is copied.
local CONFIG = [[
ServerRoot $directory
ServerName localhost
Listen 127.0.0.1:$port
PidFile $directory/pid
ErrorLog $directory/log.txt
User nobody
Group nogroup
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule lua_module $modules/mod_lua.so
LuaScope thread
LuaMapHandler ^/ $directory/spec/hosts/apache.lua
]]

local MODULES = "/usr/lib/apache2/modules"
local COPY = "mkdir -p $directory/spec && cp build/$lua/rtk.so $directory "
  .. "&& cp -R spec/hosts $directory/spec && chmod 777 $directory"

-- The Lua of mod_lua, if Apache and what this Lua needs to build are here.
local function lua_of_apache()
  if not program.is_installed("apache2") then return nil end
  local lua = shell.run("ldd " .. MODULES .. "/mod_lua.so"):match("lib(lua5%.%d)")
  return lua and select(2, shell.run("pkg-config --exists " .. lua)) == 0 and lua
end

describe("Apache", function()
  it("serves others while a call in a handler of mod_lua blocks its thread", function()
    local lua = lua_of_apache()
    if not lua or shell.lua() ~= "lua5.4" then
      return pending("Apache, or its Lua to build with, is not here: mod_lua is not tried")
    end
    shell.check("make -s build LUAS=" .. lua)
    local place, port = program.place(1), program.port()
    local folder = place.directory
    local values = { directory = folder, port = port, modules = MODULES, lua = lua }
    local function fill(text)
      return (text:gsub("$(%l+)", values))
    end
    shell.check(fill(COPY))
    workdir.write(folder .. "/apache.conf", fill(CONFIG))
    local environment = program.environment(place, lua)
    local paths = ("LUA_PATH='%s/?.lua' LUA_CPATH='%s/?.so'"):format(folder, folder)
    local command = "%s %s PATH=$PATH:/usr/sbin apache2 -DFOREGROUND -f %s/apache.conf"
    local url = ("http://127.0.0.1:%d/"):format(port)
    assert.is_true(program.check_minting(command:format(environment, paths, folder), place, url))
  end)
end)
