-- SPDX-License-Identifier: MIT
-- Calls in the real Neovim.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")

describe("Neovim", function()
  it("is recognised, and goes on while calls in coroutines wait", function()
    if not program.is_installed("nvim") or shell.lua() ~= "luajit" then
      return pending("Neovim is not installed, or has another Lua: calls in it are not tried")
    end
    local place = program.place(0.2)
    finally(place.stop)
    local command = "timeout 60 nvim --headless -u NONE -i NONE -c 'luafile spec/hosts/neovim.lua'"
    local printed = shell.check(program.environment(place, "luajit") .. " " .. command)
    assert.equal("0 at once, 21 in the end, 21 lines, the timer went on", printed)
  end)
end)
