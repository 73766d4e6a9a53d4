-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

local DAY = 86400

describe("the emulator's analytics", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  local function hold(minutes, ...)
    local room = rooms.new(api, { session_keep_alive_time_in_secs = 0 })
    room:join(...)
    api.emulator:advance(60 * minutes)
    room:leave(...)
  end

  local function figures(query)
    return api:data("GET", "/analytics/daywise" .. (query or ""))
  end

  it("cover the last thirty days and today, without gaps", function()
    local shown = figures()
    assert.equal(31, #shown.session_stats.day_stats)
    assert.same(
      { day = "2023-10-15", total_session_minutes = 0, total_sessions = 0 },
      shown.session_stats.day_stats[1]
    )
    assert.equal("2023-11-14", shown.session_stats.day_stats[31].day)
    assert.equal(0, shown.session_stats.sessions_count)
    assert.same({
      day = "2023-10-15",
      total_recording_minutes = 0,
      total_recordings = 0,
    }, shown.recording_stats.day_stats[1])
    assert.equal(31, #shown.recording_stats.day_stats)
  end)

  it("count the sessions of each day with the minutes of all who took part", function()
    hold(10, "Ann")
    api.emulator:advance(DAY)
    hold(1, "Ann", "Bob")
    hold(4, "Ann")
    local stats = figures("?start_date=2023-11-14&end_date=2023-11-16").session_stats
    assert.equal(3, stats.sessions_count)
    assert.near(16, stats.sessions_minutes_consumed, 0.001)
    local counts = {}
    for i, day in ipairs(stats.day_stats) do
      counts[i] = string.format("%s %d", day.day, day.total_sessions)
    end
    assert.same({ "2023-11-14 1", "2023-11-15 2", "2023-11-16 0" }, counts)
    assert.near(10, stats.day_stats[1].total_session_minutes, 0.001)
    assert.near(6, stats.day_stats[2].total_session_minutes, 0.001)
  end)

  it("leave out what is outside of the range", function()
    hold(10, "Ann")
    api.emulator:advance(DAY)
    hold(1, "Ann")
    assert.equal(1, figures("?start_date=2023-11-15").session_stats.sessions_count)
    assert.equal(1, figures("?end_date=2023-11-14").session_stats.sessions_count)
    assert.equal(0, figures("?end_date=2023-11-13").session_stats.sessions_count)
  end)

  it("count the minutes of sessions in progress so far", function()
    rooms.new(api):join("Ann")
    api.emulator:advance(120)
    assert.near(2, figures().session_stats.sessions_minutes_consumed, 0.001)
  end)

  it("count the recordings by what they have recorded", function()
    local emu = api.emulator
    local app = emu.store:account(emu.account_id).apps:get(emu.app_id)
    local now = emu.clock:now()
    app:all("recordings"):add({ id = "1", created = now, recorded = 90000 })
    app:all("recordings"):add({ id = "2", created = now, recorded = 0, run_since = now })
    emu:advance(60)
    local stats = figures().recording_stats
    assert.equal(2, stats.recording_count)
    assert.equal(2.5, stats.recording_minutes_consumed)
    assert.same({
      day = "2023-11-14",
      total_recording_minutes = 2.5,
      total_recordings = 2,
    }, stats.day_stats[31])
  end)

  it("refuse ranges that are none", function()
    local path = "/analytics/daywise?"
    assert.same(
      { 400, 'BAD_REQUEST: "start_date" must be in YYYY-MM-DD format' },
      { api:failure("GET", path .. "start_date=yesterday") }
    )
    for _, query in ipairs({
      "end_date=2023-11-14T00:00:00Z",
      "end_date=2023-13-01",
      "start_date=2023-11-15",
      "start_date=1970-01-01",
    }) do
      assert.equal(400, (api:failure("GET", path .. query)))
    end
  end)

  it("are the same for a client", function()
    hold(10, "Ann")
    local shown = assert(api.emulator:client().analytics:daywise({ end_date = "2023-11-14" }))
    assert.equal(1, shown.session_stats.sessions_count)
  end)
end)
