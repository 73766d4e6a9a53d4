-- SPDX-License-Identifier: MIT
local shell = require("spec.support.servers.shell")

describe("the emulator's server", function()
  local script = 'print(require("rtk.emulator.server.program").find().path)'

  it("finds nginx where system programs are, which not every user's PATH has", function()
    local path = shell.lua_output(script, "PATH=/usr/bin:/bin; ")
    assert.truthy(path:find("nginx$"), path)
  end)
end)
