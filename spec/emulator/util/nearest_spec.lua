-- SPDX-License-Identifier: MIT
local emulator = require("rtk.emulator")
local nearest = require("rtk.emulator.util.nearest")
local server = require("rtk.emulator.server")

describe("rtk.emulator.util.nearest", function()
  it("names the nearest known name, else all", function()
    local known = { seed = 1, start_time = 1, per_page = 1 }
    assert.equal('; did you mean "seed"?', nearest.clause("sede", known))
    assert.equal('; did you mean "start_time"?', nearest.clause("start_tiem", known))
    for _, other in ipairs({ "xyzzy", 5, true, ("x"):rep(100) }) do
      assert.equal("; known are per_page, seed, start_time", nearest.clause(other, known))
    end
  end)

  it("is in the message about every unknown name that the emulator takes", function()
    local emu = emulator.new({})
    for meant, call in pairs({
      seed = { emulator.new, { sede = 1 } },
      port = { server.start, { prot = 1 } },
      per_page = { server.start, { perpage = 1 } },
      participant_id = { emu.join, emu, { participantid = "x" } },
      text = { emu.chat, emu, { test = "x" } },
      event = { emu.deliveries, emu, { evnt = "x" } },
      close = { emu.fault, emu, { kind = "clos" } },
      probability = { emu.fault, emu, { kind = "close", probabilty = 1 } },
      sessions = { emu.seed, emu, { session = 1 } },
    }) do
      local ok, message = pcall(call[1], call[2], call[3])
      assert.is_false(ok)
      assert.truthy(message:find(('did you mean "%s"?'):format(meant), 1, true), message)
    end
  end)
end)
