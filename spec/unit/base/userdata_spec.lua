-- SPDX-License-Identifier: MIT
-- Types of userdata are made when they are first used: in each state once, wherever that happens.

local shell = require("spec.support.servers.shell")

-- Runs a function in a finalizer, in the first allocation after that.
local FINALIZE = [[
  local core = require("rtk.core")
  local function finalize(f)
    local new = rawget(_G, "newproxy")
    collectgarbage()
    collectgarbage("stop")
    if new then
      getmetatable(new(true)).__gc = f
    else
      setmetatable({}, { __gc = f })
    end
    collectgarbage("setpause", 0)
    collectgarbage("setstepmul", 1000000)
    collectgarbage("restart")
  end
]]

describe("a type of userdata", function()
  it("is the same for an object that a finalizer makes while the first one is made", function()
    local script = FINALIZE
      .. [[
      local inner
      finalize(function()
        inner = core.transport({ proxy = "" })
      end)
      local outer = core.transport({ proxy = "" })
      collectgarbage("setpause", 200)
      print(getmetatable(inner) == getmetatable(outer), inner:pending(), outer:pending())
    ]]
    assert.equal("true\t0\t0", shell.lua_output(script))
  end)
end)
