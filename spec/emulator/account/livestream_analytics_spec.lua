-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

local DAY = 86400

-- Midnight of 2023-11-15 UTC.
local MIDNIGHT = 1700006400

describe("the emulator's figures about livestreams", function()
  local api, emulator

  before_each(function()
    api = calls.new({ start_time = MIDNIGHT + 3600 })
    emulator = api.emulator
  end)

  local function create()
    return api:data("POST", "/livestreams").id
  end

  local function stream(id, seconds, viewers)
    emulator:start_ingest({ id = id })
    emulator:add_viewers({ id = id, count = viewers })
    emulator:advance(seconds)
    emulator:stop_ingest({ id = id })
  end

  local function overall(query)
    return api:data("GET", "/analytics/livestreams/overall" .. (query or ""))
  end

  local function daywise(query)
    return api:data("GET", "/analytics/livestreams/daywise" .. (query or ""))
  end

  --- Two sessions of one livestream on the first day, one of another on the third.
  local function fill()
    local first, second = create(), create()
    stream(first, 60, 2)
    stream(first, 30, 0)
    emulator:advance(2 * DAY)
    stream(second, 10, 5)
  end

  it("are zero without livestreams", function()
    assert.same({ count = 0, total_ingest_seconds = 0, total_viewer_seconds = 0 }, overall())
    assert.same({}, daywise())
  end)

  it("count livestreams in total and sessions by day", function()
    fill()
    assert.same({ count = 2, total_ingest_seconds = 100, total_viewer_seconds = 170 }, overall())
    assert.same({
      { date = "2023-11-15", count = 2, total_ingest_seconds = 90, total_viewer_seconds = 120 },
      { date = "2023-11-17", count = 1, total_ingest_seconds = 10, total_viewer_seconds = 50 },
    }, daywise())
  end)

  it("count a livestream that is still live with what it has so far", function()
    emulator:start_ingest({ id = create() })
    emulator:advance(7)
    assert.equal(7, overall().total_ingest_seconds)
  end)

  it("are of the time asked for, in ISO 8601 or in seconds", function()
    fill()
    for _, query in ipairs({
      "?start_time=2023-11-16&end_time=2023-11-30",
      "?start_time=" .. MIDNIGHT + DAY .. "&end_time=" .. MIDNIGHT + 9 * DAY,
    }) do
      assert.equal(1, overall(query).count)
      assert.equal("2023-11-17", daywise(query)[1].date)
    end
    assert.equal(0, overall("?end_time=2023-11-14").count)
    assert.equal(400, (api:failure("GET", "/analytics/livestreams/overall?start_time=soon")))
  end)

  it("are what the client reads", function()
    fill()
    local client = emulator:client()
    assert.equal(2, assert(client.analytics:livestreams_overall()).count)
    local days = assert(client.analytics:livestreams_daywise({ start_time = MIDNIGHT }))
    assert.equal(2, #days)
  end)
end)
