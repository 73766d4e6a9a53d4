-- SPDX-License-Identifier: MIT
local ports = require("rtk.emulator.server.ports")
local server = require("rtk.emulator.server")

describe("rtk.emulator.server.ports", function()
  it("chooses different ports below those that the system hands out", function()
    local seen, different = {}, 0
    for _ = 1, 20 do
      local port = ports.random()
      assert.is_true(port >= 20000 and port < 32000)
      different = different + (seen[port] and 0 or 1)
      seen[port] = true
    end
    assert.is_true(different > 10)
  end)

  it("knows a port that something listens on from one that nothing does", function()
    local running = assert(server.start())
    assert.is_true(ports.is_taken(running.port))
    running:stop()
    assert.is_false(ports.is_taken(running.port))
  end)
end)
