-- SPDX-License-Identifier: MIT
local emulator = require("rtk.emulator")
local token = require("rtk.emulator.meetings.token")

describe("rtk.emulator.meetings.token", function()
  it("never makes the same token twice", function()
    local emu, seen = emulator.new(), {}
    for _ = 1, 50 do
      local made = token.new(emu, { meetingId = "m" })
      assert.is_nil(seen[made])
      seen[made] = true
    end
  end)

  it("takes its times from the emulator's clock", function()
    local early = token.new(emulator.new({ start_time = 0 }), {})
    local late = token.new(emulator.new({ start_time = 1000 }), {})
    assert.not_equal(early:match("%.(.-)%."), late:match("%.(.-)%."))
  end)

  it("reads the claims of its tokens, and nothing from other texts", function()
    local emu = emulator.new({ start_time = 1000, token_lifetime = 60 })
    for _, id in ipairs({ "m", "mm", "mmm", "é" }) do
      local claims = token.read(token.new(emu, { meetingId = id }))
      assert.same({ meetingId = id, iat = 1000, exp = 1060 }, claims)
    end
    for _, text in ipairs({ "", "x", "a.b", "a.b.c", "a.MQ.c", "a.e30" }) do
      assert.is_nil(token.read(text))
    end
  end)
end)
