-- SPDX-License-Identifier: MIT
-- The module in examples/prosody, in the real Prosody.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local CONFIG = [[
run_as_root = true
pidfile = "%s/prosody.pid"
data_path = "%s"
plugin_paths = { "%s/examples/prosody" }
modules_enabled = { "http", "join" }
modules_disabled = { "s2s", "c2s", "offline" }
http_ports = { %d }
http_interfaces = { "127.0.0.1" }
https_ports = {}
http_default_host = "localhost"
log = { info = "*console" }
VirtualHost "localhost"
]]

describe("Prosody", function()
  it("serves others while calls of a module wait in its loop", function()
    if not program.is_installed("prosody") or shell.lua() ~= "lua5.4" then
      return pending("Prosody is not installed for this Lua: its module is not tried")
    end
    local place = program.place(1)
    local port, folder = program.port(), shell.check("pwd")
    local config = place.directory .. "/prosody.cfg.lua"
    workdir.write(config, CONFIG:format(place.directory, place.directory, folder, port))
    local url = ("http://127.0.0.1:%d/join/"):format(port)
    local command = program.environment(place, "lua5.4") .. " prosody -F --config " .. config
    local stop = program.serve(command, place, url .. "ping")
    finally(function()
      stop()
      place.stop()
    end)
    local urls = {}
    for index = 1, 20 do
      urls[index] = url .. "room" .. index .. "?name=Ann"
    end
    local tokens, pings = program.get_with_pings(urls, url .. "ping")
    for _, token in ipairs(tokens) do
      assert.matches("^ey", token)
    end
    assert.is_true(pings > 3, pings .. " pings")
  end)
end)
