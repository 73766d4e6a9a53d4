-- SPDX-License-Identifier: MIT
-- Clocks that follow real time. In process real time is a number here; a server has the true one.
local calls = require("spec.support.clients.emulator_calls")
local cjson = require("cjson").new()
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")

-- Seconds, far more than a loaded machine takes.
local TIMEOUT = 60

local APP = "/accounts/a/realtime/kit/00000000-0000-4000-8000-000000000001"

describe("an emulator whose clock follows real time", function()
  local api, now

  local function create(options)
    api, now = calls.new(options), 1000
    api.emulator.real_time:use(function()
      return now
    end)
  end

  local function seconds()
    -- Looking at it is no call.
    api.emulator:journal()
    return (api.emulator.clock:now() - calls.START_TIME * 1000) / 1000
  end

  it("lets as much time pass as has passed, before each call", function()
    create({ real_time = true })
    assert.equal(0, seconds())
    now = now + 12.5
    assert.equal(12.5, seconds())
    assert.equal(12.5, seconds())
    now = now + 0.001
    assert.equal(12.501, seconds())
  end)

  it("is as fast as its option says, which turns it on as well", function()
    create({ speed = 60 })
    now = now + 2
    assert.equal(120, seconds())
    create({ real_time = true, speed = 0.5 })
    now = now + 2
    assert.equal(1, seconds())
  end)

  it("lets recordings become UPLOADED by themselves", function()
    create({ real_time = true })
    local meeting = api:data("POST", "/meetings", {})
    local body = { meeting_id = meeting.id, max_seconds = 60 }
    local recording = api:data("POST", "/recordings", body)
    local function status()
      return api:data("GET", "/recordings/" .. recording.id).status
    end
    assert.equal("INVOKED", status())
    now = now + 10
    assert.equal("RECORDING", status())
    now = now + 55
    assert.equal("UPLOADING", status())
    now = now + 10
    assert.equal("UPLOADED", status())
  end)

  it("gives what falls due its own time, however long nobody called", function()
    create({ real_time = true })
    local meeting = api:data("POST", "/meetings", {})
    local recording = api:data("POST", "/recordings", { meeting_id = meeting.id, max_seconds = 60 })
    now = now + 3600
    local shown = api:data("GET", "/recordings/" .. recording.id)
    assert.equal("UPLOADED", shown.status)
    assert.equal(60, shown.recording_duration)
  end)

  it("lets participants come and go in real time", function()
    create({ real_time = true })
    local meeting = api:data("POST", "/meetings", {})
    local body = { name = "Ann", preset_name = "group_call_host", custom_participant_id = "a" }
    local ann = api:data("POST", "/meetings/" .. meeting.id .. "/participants", body)
    local place = { meeting_id = meeting.id, participant_id = ann.id }
    now = now + 100
    assert(api.emulator:join(place))
    now = now + 120
    assert(api.emulator:leave(place))
    now = now + 200
    local session = api:data("GET", "/sessions").sessions[1]
    assert.equal("ENDED", session.status)
    assert.is_true(math.abs(session.minutes_consumed - 2) < 0.01, session.minutes_consumed)
  end)

  it("goes on from where a test has advanced it, or a snapshot was taken", function()
    create({ real_time = true })
    now = now + 5
    api.emulator:advance(3600)
    assert.equal(3605, seconds())
    now = now + 1
    assert.equal(3606, seconds())
    local snapshot = api.emulator:snapshot()
    now = now + 100
    assert.equal(3706, seconds())
    api.emulator:restore(snapshot)
    assert.equal(3606, seconds())
    now = now + 1
    assert.equal(3607, seconds())
    api.emulator:reset()
    now = now + 1
    assert.equal(1, seconds())
  end)

  it("never goes back, whatever real time does, nor changes of state have done", function()
    create({ real_time = true })
    now = now + 10
    assert.equal(10, seconds())
    now = now - 5
    assert.equal(10, seconds())
    now = now + 1
    assert.equal(11, seconds())
    for _ = 1, 500 do
      api:data("POST", "/meetings", {})
    end
    local ahead = seconds()
    assert.is_true(ahead >= 11.5)
    now = now + 0.25
    assert.equal(ahead, seconds())
    now = now + 0.75
    assert.equal(12, seconds())
  end)

  it("counts the window of a rate limit once", function()
    local limit = { quota = 1, window = 10, block = 10, real_time = true }
    create({ real_time = true, rate_limit = limit })
    assert.equal(200, (api:send("GET", "/meetings")))
    assert.equal(429, (api:send("GET", "/meetings")))
    now = now + 11
    assert.equal(200, (api:send("GET", "/meetings")))
  end)

  it("stands still by default, and refuses options that contradict each other", function()
    local emu = emulator.new()
    assert.is_nil(emu.real_time)
    for _, given in ipairs({
      { speed = 0 },
      { speed = -1 },
      { speed = 1 / 0 },
      { speed = "2" },
      { real_time = 1 },
      { real_time = false, speed = 2 },
    }) do
      local ok, message = pcall(function()
        local made = emulator.new(given)
        return made
      end)
      assert.is_false(ok)
      assert.matches('real_time_spec.lua:%d+: emulator option "[%a_]+" ', message)
    end
    assert.is_nil(emulator.new({ real_time = false }).real_time)
  end)

  it("has true time without a server, too", function()
    local emu = emulator.new({ speed = 1000 })
    local before = emu.clock:now()
    core.sleep(0.01)
    emu:journal()
    assert.is_true(emu.clock:now() >= before + 9000)
    assert.is_true(emu:room({ meeting_id = "x" }) == nil)
    local ok, message = pcall(function()
      emu:join({ who = 1 })
    end)
    assert.is_false(ok)
    assert.matches("real_time_spec.lua:%d+: join knows no member", message)
  end)

  describe("in a server", function()
    local one

    after_each(function()
      one:stop()
    end)

    local function ask(path, body)
      local _, text = http.request(path, body and "--data '" .. cjson.encode(body) .. "'")
      return cjson.decode(text).data
    end

    it("lets recordings become UPLOADED, and delivers webhooks without a request", function()
      one = assert(server.start({ speed = 100 }))
      local meeting = ask(one.url .. APP .. "/meetings", {})
      ask(one.url .. APP .. "/webhooks", {
        name = "hook",
        url = "http://127.0.0.1:1/",
        events = { "recording.statusUpdate" },
      })
      local body = { meeting_id = meeting.id, max_seconds = 60 }
      local recording = ask(one.url .. APP .. "/recordings", body)
      -- Nobody asks for a second, and a minute and more passes.
      core.sleep(1)
      local uploaded = process.wait_until(TIMEOUT, function()
        return ask(one.url .. APP .. "/recordings/" .. recording.id).status == "UPLOADED"
      end)
      assert.is_true(uploaded)
      -- Those that were tried: the last one may be on its way.
      local function tried()
        local states = {}
        for _, delivery in ipairs(ask(one.admin_url .. "/deliveries")) do
          local told = cjson.decode(delivery.body).recording
          if #delivery.attempts >= 1 then states[#states + 1] = told.status end
        end
        return states
      end
      process.wait_until(TIMEOUT, function()
        return #tried() >= 4
      end)
      assert.same({ "INVOKED", "RECORDING", "UPLOADING", "UPLOADED" }, tried())
    end)
  end)
end)
