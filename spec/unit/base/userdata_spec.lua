-- SPDX-License-Identifier: MIT
-- Types of userdata are made when they are first used: in each state once, wherever that happens.

local shell = require("spec.support.servers.shell")

describe("a type of userdata", function()
  it("is the same for an object that a finalizer makes while the first one is made", function()
    local script = [[
      local core = require("rtk.core")
      local inner
      require("spec.support.next_allocation")(function()
        inner = core.transport({ proxy = "" })
      end)
      local outer = core.transport({ proxy = "" })
      print(getmetatable(inner) == getmetatable(outer), inner:pending(), outer:pending())
    ]]
    assert.equal("true\t0\t0", shell.lua_output(script))
  end)
end)
