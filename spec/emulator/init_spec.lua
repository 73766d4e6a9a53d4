-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local emulator = require("rtk.emulator")

--- The bytes of a few answers.
local function transcript(options)
  local api, bodies = calls.new(options), {}
  local function note(...)
    bodies[#bodies + 1] = select(3, api:send(...)).body
  end
  note("POST", "/meetings", { title = "One" })
  note("POST", "/meetings", { title = "Two" })
  local id = api:column("id", "/meetings")[1]
  note("POST", "/meetings/" .. id .. "/participants", {
    custom_participant_id = "u1",
    preset_name = "group_call_host",
  })
  note("GET", "/presets")
  return table.concat(bodies, "\n")
end

describe("rtk.emulator", function()
  it("answers the same bytes for the same options and calls", function()
    assert.equal(transcript(), transcript())
    assert.not_equal(transcript(), transcript({ seed = 2 }))
  end)

  it("gives the same ids whether or not something was read in between", function()
    local function next_id(reads)
      local api = calls.new()
      api:data("POST", "/meetings", {})
      for _ = 1, reads do
        api:data("GET", "/meetings")
      end
      return api:data("POST", "/meetings", {}).id
    end
    assert.equal(next_id(0), next_id(5))
  end)

  it("keeps emulators apart", function()
    local one, two = calls.new(), calls.new()
    one:data("POST", "/meetings", {})
    assert.same({}, two:data("GET", "/meetings"))
  end)

  it("stamps what it makes with its own clock, each change later than the one before", function()
    local api = calls.new()
    api.emulator:advance(3600)
    local meeting = api:data("POST", "/meetings", {})
    assert.matches("^2023%-11%-14T23:13:20%.%d%d%dZ$", meeting.created_at)
    assert.equal(meeting.created_at, meeting.updated_at)
    api.emulator:advance(0.5)
    local updated = api:data("PATCH", "/meetings/" .. meeting.id, { title = "x" })
    assert.equal(meeting.created_at, updated.created_at)
    assert.is_true(updated.updated_at > meeting.updated_at)
  end)

  it("starts now by default", function()
    local before = os.time()
    local seconds = emulator.new().clock:now() / 1000
    assert.is_true(before <= seconds and seconds <= os.time())
  end)

  it("raises for an unknown option, naming it, at the caller's line", function()
    local ok, message = pcall(emulator.new, { sede = 1 })
    assert.is_false(ok)
    assert.matches('emulator option "sede" does not exist; did you mean "seed"?', message, 1, true)
    local _, at = pcall(function()
      emulator.new({ sede = 1 })
    end)
    assert.matches("init_spec.lua:%d+:", at)
  end)

  it("raises for options of the wrong type", function()
    for name, value in pairs({
      seed = 1.5,
      start_time = "now",
      per_page = 0,
      max_per_page = "10",
      documented = 1,
      api_token = "",
      account_id = 5,
      app_id = false,
      duplicate_participants = "maybe",
      short_recordings = "drop",
      token_owner = "nobody",
      token_lifetime = -1,
      speed = math.huge,
      deliver = "x",
      webhook_retries = { "1" },
    }) do
      assert.has_error(function()
        emulator.new({ [name] = value })
      end)
    end
  end)

  it("raises for a start that has no date", function()
    for _, start_time in ipairs({ -1, 1e12, 1e308, math.huge, 0 / 0 }) do
      assert.has_error(function()
        emulator.new({ start_time = start_time })
      end, 'emulator option "start_time" must be seconds since 1970, up to the year 9999')
    end
  end)

  it("stops its clock at the end of the year 9999, however fast it runs", function()
    local emu = emulator.new({ speed = 1e300 })
    local client = emu:client()
    assert(client.meetings:create({ title = "Late" }))
    local meeting = assert(client.meetings:create({ title = "Later" }))
    assert.matches("^9999%-12%-31T23:59:59", meeting.created_at)
    assert.equal(2, #assert(client.meetings:list()))
  end)

  it("says which account, app and token are good", function()
    local plain = emulator.new()
    assert.is_string(plain.account_id)
    assert.is_string(plain.app_id)
    assert.is_string(plain.api_token)
    local strict = emulator.new({ account_id = "a", app_id = "b", api_token = "c" })
    assert.same({ "a", "b", "c" }, { strict.account_id, strict.app_id, strict.api_token })
  end)
end)
