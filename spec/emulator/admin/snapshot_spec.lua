-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local emulator = require("rtk.emulator")
local json = require("rtk.emulator.util.json")

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
    api.emulator.schedule:add({ at = api.emulator.clock:now() + 5000, kind = "webhooks.retry" })
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
    emu.schedule:add({ at = 20000, kind = "webhooks.retry" })
    local other = emulator.new()
    other:restore(emu:snapshot())
    assert.equal(10000, other.clock:now())
    assert.equal(3, other.faults:select()[1].left)
    assert.equal("webhooks.retry", other.schedule:take(20000).kind)
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

describe("emulator:restore", function()
  local function altered(alter)
    local api = calls.new()
    local meeting = api:data("POST", "/meetings", { title = "One" })
    api:data("POST", "/meetings/" .. meeting.id .. "/participants", {
      custom_participant_id = "u1",
      preset_name = "group_call_host",
    })
    local decoded = json.decode(api.emulator:snapshot())
    alter(decoded)
    return json.encode(decoded)
  end

  -- What somebody else may have made of a snapshot.
  local changes = {
    ["a part that is missing"] = function(made)
      made.state.clock = nil
    end,
    ["a part that nobody knows"] = function(made)
      made.state.handle = { x = 1 }
    end,
    ["a tool in place of state"] = function(made)
      made.state.options = { strict = 1 }
    end,
    ["a part of another type"] = function(made)
      made.state.rates = 1
    end,
    ["a part of another class"] = function(made)
      made.state.clock["~class"] = "store"
    end,
    ["a class that is none"] = function(made)
      made.state.rates.x = { ["~class"] = "nothing" }
    end,
    ["a clock without a time"] = function(made)
      for name in pairs(made.state.clock) do
        if name ~= "~class" then made.state.clock[name] = "x" end
      end
    end,
    ["a clock that has no date"] = function(made)
      made.state.clock.milliseconds = 1e300
      made.state.store.accounts.records = json.array()
    end,
    ["a participant without fields"] = function(made)
      local app = made.state.store.accounts.records[1].apps.records[1]
      app.collections.meetings.records[1].participants.records[1].fields = true
    end,
    ["a plan of a kind that is none"] = function(made)
      made.state.schedule.tasks = json.array({ { at = 0, kind = "nothing" } })
    end,
    ["an account without apps"] = function(made)
      made.state.store.accounts.records[1].apps = nil
    end,
    ["a meeting that is a number"] = function(made)
      local app = made.state.store.accounts.records[1].apps.records[1]
      for _, member in pairs(app) do
        if type(member) == "table" and member.meetings then member.meetings.records[1] = 1 end
      end
      if app.meetings then app.meetings.records[1] = 1 end
    end,
  }

  for title, change in pairs(changes) do
    it("refuses " .. title .. ", and keeps the state", function()
      local api = calls.new()
      api:data("POST", "/meetings", { title = "Kept" })
      local before = api.emulator:snapshot()
      local ok, message = pcall(api.emulator.restore, api.emulator, altered(change))
      assert.is_false(ok, title)
      assert.matches("the snapshot cannot be restored: ", message, 1, true)
      assert.equal(before, api.emulator:snapshot())
      assert.equal("Kept", api:data("GET", "/meetings")[1].title)
    end)
  end
end)
