-- SPDX-License-Identifier: MIT
-- Calls in fibers of the real Tarantool.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")

describe("Tarantool", function()
  it("lets other fibers go on while calls sleep", function()
    if not program.is_installed("tarantool") or shell.lua() ~= "luajit" then
      return pending("Tarantool is not installed, or has another Lua: it is not tried")
    end
    local place = program.place(0.2)
    finally(place.stop)
    local command = "timeout 60 tarantool spec/hosts/tarantool.lua"
    local printed = shell.check(program.environment(place, "luajit") .. " " .. command)
    assert.equal("0 at once, 21 in the end, others went on", printed)
  end)
end)
