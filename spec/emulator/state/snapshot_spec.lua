-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local emulator = require("rtk.emulator")

describe("emulator:snapshot", function()
  local function filled()
    local api = calls.new()
    local meeting =
      api:data("POST", "/meetings", { title = "One", ai_config = { transcription = {} } })
    api:data("POST", "/meetings/" .. meeting.id .. "/participants", {
      custom_participant_id = "u1",
      preset_name = "group_call_host",
    })
    api.account:data("POST", "/apps", { name = "Second" })
    api.emulator.schedule:add({ at = api.emulator.clock:now() + 5000, kind = "none" })
    return api, meeting
  end

  local function on(emu)
    local api = calls.new()
    api.emulator = emu
    return api
  end

  local function answers(api, meeting)
    local texts = {}
    local participants = "/meetings/" .. meeting.id .. "/participants"
    for _, path in ipairs({ "/meetings", "/presets", participants }) do
      texts[#texts + 1] = select(3, api:send("GET", path)).body
    end
    api:data("POST", "/meetings", { title = "later" })
    texts[#texts + 1] = select(3, api:send("GET", "/meetings")).body
    return table.concat(texts, "\n")
  end

  it("brings back all there was, so that the same calls go on the same way", function()
    local api, meeting = filled()
    local text = api.emulator:snapshot()
    local first = answers(api, meeting)
    api.emulator:restore(text)
    assert.equal(first, answers(api, meeting))
    local other = on(emulator.new({ seed = 7 }))
    other.emulator:restore(text)
    assert.equal(first, answers(other, meeting))
  end)

  it("is the same text for the same state", function()
    local api = filled()
    local text = api.emulator:snapshot()
    api.emulator:restore(text)
    assert.equal(text, api.emulator:snapshot())
  end)

  it("holds clock, plans, faults and dice", function()
    local emu = emulator.new({ start_time = 0 })
    emu:advance(10)
    emu:fault({ kind = "close", times = 3 })
    emu.schedule:add({ at = 20000, kind = "none" })
    local other = emulator.new()
    other:restore(emu:snapshot())
    assert.equal(10000, other.clock:now())
    assert.equal(3, other.faults:select()[1].left)
    assert.equal("none", other.schedule:take(20000).kind)
    assert.equal(emu.ids:uuid(), other.ids:uuid())
  end)

  it("raises for what is no snapshot, and changes nothing then", function()
    local api = filled()
    local before = api.emulator:snapshot()
    for _, text in ipairs({ "", "x", "[]", '{"version":99,"state":{}}', "{}" }) do
      local ok, message = pcall(function()
        api.emulator:restore(text)
      end)
      assert.is_false(ok)
      assert.matches("snapshot_spec.lua:%d+:.*snapshot", message)
    end
    assert.equal(before, api.emulator:snapshot())
  end)

  it("refuses to write what would not come back", function()
    local emu = emulator.new()
    for _, member in ipairs({ print, setmetatable({}, {}), { [7] = "sparse" } }) do
      emu.schedule:add({ at = 1, kind = "x", member = member })
      local ok, message = pcall(emu.snapshot, emu)
      assert.is_false(ok)
      assert.matches("state at emulator.schedule.tasks", message, 1, true)
      emu.schedule:take(1)
    end
  end)
end)

describe("emulator:reset", function()
  it("makes an emulator as it was when it was new", function()
    local api = calls.new()
    local function run()
      api:data("POST", "/meetings", { title = "x" })
      api.emulator:advance(5)
      return select(3, api:send("GET", "/meetings")).body
    end
    local first = run()
    api.emulator:fault({ kind = "close", times = 5 })
    api.emulator:reset()
    assert.same({}, api.emulator:journal())
    assert.equal(first, run())
  end)
end)
