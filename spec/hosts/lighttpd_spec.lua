-- SPDX-License-Identifier: MIT
-- Calls in a script of lighttpd's mod_magnet.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local CONFIG = [[
server.document-root = "%s"
server.bind = "127.0.0.1"
server.port = %d
server.modules = ( "mod_magnet" )
magnet.attract-raw-url-to = ( "%s/spec/hosts/lighttpd.lua" )
]]

local MODULE = "/usr/lib/lighttpd/mod_magnet.so"

describe("lighttpd", function()
  it("makes calls in scripts of mod_magnet, and serves nobody else meanwhile", function()
    local _, status = shell.run("PATH=$PATH:/usr/sbin command -v lighttpd && ls " .. MODULE)
    if status ~= 0 or shell.lua() ~= "lua5.4" then
      return pending("lighttpd is not installed for this Lua: mod_magnet is not tried")
    end
    local place, port = program.place(0.3), program.port()
    local config = place.directory .. "/lighttpd.conf"
    workdir.write(config, CONFIG:format(place.directory, port, shell.check("pwd")))
    local command = "%s PATH=$PATH:/usr/sbin lighttpd -D -f %s"
    local url = ("http://127.0.0.1:%d/"):format(port)
    command = command:format(program.environment(place, "lua5.4"), config)
    assert.is_false(program.check_minting(command, place, url))
  end)
end)
