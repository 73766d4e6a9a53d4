-- SPDX-License-Identifier: MIT
local random = require("rtk.emulator.state.random")

describe("rtk.emulator.state.random", function()
  it("gives the same ids on every Lua for one seed", function()
    local ids = random.new(1)
    assert.equal("d477e1e2-25a8-464f-a68b-2f01cdffeb5c", ids:uuid())
    assert.equal("c20202c7-7189-4945-ad29-d0fcb9764ba0", ids:uuid())
  end)

  it("gives other ids for other seeds, negative and huge ones too", function()
    local seen = {}
    for _, seed in ipairs({ 0, 1, 2, -1, 2 ^ 31, 2 ^ 52 }) do
      local id = random.new(seed):uuid()
      assert.is_nil(seen[id])
      seen[id] = true
    end
  end)

  it("makes version 4 UUIDs", function()
    local ids = random.new(7)
    for _ = 1, 200 do
      assert.matches("^%x+%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x+$", ids:uuid())
    end
  end)

  it("does not repeat an id in a long run", function()
    local ids, seen = random.new(3), {}
    for _ = 1, 20000 do
      local id = ids:uuid()
      assert.is_nil(seen[id])
      seen[id] = true
    end
  end)

  it("spreads its numbers over all 16 bits", function()
    local numbers, lowest, highest, sum = random.new(5), 65535, 0, 0
    for _ = 1, 10000 do
      local number = numbers:sixteen_bits()
      lowest, highest = math.min(lowest, number), math.max(highest, number)
      sum = sum + number
    end
    assert.is_true(lowest >= 0 and lowest < 100)
    assert.is_true(highest <= 65535 and highest > 65435)
    assert.is_true(math.abs(sum / 10000 - 32767) < 1000)
  end)

  it("makes text of the requested length", function()
    assert.matches("^%x+$", random.new(1):hex(16))
    assert.equal(16, #random.new(1):hex(16))
    assert.matches("^[%w_-]+$", random.new(1):base64url(342))
    assert.equal(342, #random.new(1):base64url(342))
  end)
end)
