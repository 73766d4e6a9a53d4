-- SPDX-License-Identifier: MIT
-- The service in examples/haproxy, in the real HAProxy, which interrupts Lua code often.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("HAProxy", function()
  it(
    "serves others while calls of a service sleep, and is not confused when it interrupts",
    function()
      local lua = program.is_installed("haproxy")
        and shell.check("PATH=$PATH:/usr/sbin haproxy -vv"):match("Lua version : Lua (5%.%d)")
      local has_headers = lua and select(2, shell.run("pkg-config --exists lua" .. lua)) == 0
      if not has_headers or shell.lua() ~= "lua5.4" then
        return pending("HAProxy, or its Lua to build with, is not here: the service is not tried")
      end
      shell.check("make -s build LUAS=lua" .. lua)
      local place, port = program.place(1), program.port()
      local config = place.directory .. "/haproxy.cfg"
      local text = shell.read("examples/haproxy/haproxy.cfg")
      workdir.write(config, (text:gsub("nbthread 1", "%0\n  tune.lua.forced-yield 50")))
      local environment = program.environment(place, "lua" .. lua)
      local command = "%s PATH=$PATH:/usr/sbin PORT=%d JOIN=examples/haproxy/join.lua haproxy -f %s"
      local url = ("http://127.0.0.1:%d/"):format(port)
      local stop = program.serve(command:format(environment, port, config), place, url .. "ping")
      finally(function()
        stop()
        place.stop()
      end)
      local urls = {}
      for index = 1, 20 do
        urls[index] = url .. "join?name=Ann" .. index
      end
      local tokens, pings = program.get_with_pings(urls, url .. "ping")
      for _, token in ipairs(tokens) do
        assert.matches("^ey", token)
      end
      assert.is_true(pings > 3, pings .. " pings")
    end
  )
end)
