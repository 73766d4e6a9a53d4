-- SPDX-License-Identifier: MIT
-- Calls in the loop of the real knot-resolver.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")

local COMMAND =
  "cd %s && PATH=$PATH:/usr/sbin %s timeout 60 kresd -n -c %s/spec/hosts/knot_resolver.lua ."

describe("knot-resolver", function()
  it("goes on while calls in coroutines wait in its loop", function()
    if not program.is_installed("kresd") or shell.lua() ~= "luajit" then
      return pending("knot-resolver is not installed, or has another Lua: it is not tried")
    end
    local place, folder = program.place(0.2), shell.check("pwd")
    finally(place.stop)
    local environment = program.environment(place, "luajit")
    local printed = shell.check(COMMAND:format(place.directory, environment, folder))
    assert.matches("^0 at once$", printed:match("%d+ at once"), printed)
    assert.matches("21 in the end, others went on", printed, 1, true)
  end)
end)
