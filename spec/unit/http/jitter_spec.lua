-- SPDX-License-Identifier: MIT
local jitter = require("rtk.http.jitter")
local shell = require("spec.support.servers.shell")

describe("rtk.http.jitter", function()
  it("gives fractions that reach every part of the range", function()
    local tenths = {}
    for _ = 1, 2000 do
      local fraction = jitter.fraction()
      assert.is_true(fraction >= 0 and fraction < 1, fraction)
      tenths[math.floor(fraction * 10)] = true
    end
    for tenth = 0, 9 do
      assert.is_true(tenths[tenth], "no " .. tenth .. " tenths")
    end
  end)

  it("differs between processes, and leaves the host's random numbers alone", function()
    local program = [[local before = math.random(1e9) math.randomseed(1)
      local expected = math.random(1e9) math.randomseed(1)
      io.write(require("rtk.http.jitter").fraction(), " ", tostring(math.random(1e9) == expected))]]
    local lua = shell.lua()
    local command = ("LUA_CPATH='build/%s/?.so' %s -e %s"):format(lua, lua, shell.quote(program))
    local first, second = shell.check(command), shell.check(command)
    assert.not_equal(first, second)
    assert.truthy(first:find(" true$"), first)
  end)
end)
