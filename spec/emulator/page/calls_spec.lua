-- SPDX-License-Identifier: MIT
-- What the page reads, in process: lists, objects, the journal, charts.
local calls = require("spec.support.clients.emulator_calls")
local charts = require("rtk.emulator.page.charts")
local details = require("rtk.emulator.page.details")
local lists = require("rtk.emulator.page.lists")
local page_calls = require("rtk.emulator.page.calls")
local requests = require("rtk.emulator.page.requests")
local rooms = require("spec.support.clients.emulator_room")

describe("a list of the page", function()
  it("has pages, newest first, and goes to the last page rather than beyond it", function()
    local api = calls.new()
    api.emulator:seed({ meetings = 120 })
    local first = lists.view(api.emulator, { kind = "meetings" })
    assert.same({ 120, 1, 3, 50 }, { first.total, first.page, first.pages, #first.rows })
    assert.equal("Meeting 120", first.rows[1].title)
    local last = lists.view(api.emulator, { kind = "meetings", page = "9" })
    assert.same({ 3, 20 }, { last.page, #last.rows })
    assert.equal("Meeting 1", last.rows[20].title)
    local all = lists.view(api.emulator, { kind = "meetings", per_page = "1000" })
    assert.equal(120, #all.rows)
  end)

  it("is searched by title and id without regard to case, and filtered by status", function()
    local api = calls.new()
    local meeting = api:data("POST", "/meetings", { title = "Stand-Up" })
    local closed = api:data("POST", "/meetings", { title = "Closed" })
    api:data("PATCH", "/meetings/" .. closed.id, { status = "INACTIVE" })
    local function titles(given)
      given.kind = "meetings"
      local found = {}
      for index, row in ipairs(lists.view(api.emulator, given).rows) do
        found[index] = row.title
      end
      return found
    end
    assert.same({ "Stand-Up" }, titles({ search = "stand-up" }))
    assert.same({ "Stand-Up" }, titles({ search = meeting.id }))
    assert.same({}, titles({ search = ".*" }))
    assert.same({ "Closed" }, titles({ status = "INACTIVE" }))
    assert.same({ "Stand-Up" }, titles({ status = "ACTIVE", search = "" }))
  end)

  it("of rooms says who is there, and finds people by name", function()
    local api = calls.new()
    local room = rooms.new(api)
    room:join("Ann", "Bob")
    local shown = lists.view(api.emulator, { kind = "rooms", search = "bob" })
    assert.equal(1, shown.total)
    assert.equal(2, shown.rows[1].present)
    room:leave("Bob")
    assert.equal(0, lists.view(api.emulator, { kind = "rooms", search = "bob" }).total)
  end)

  it("is empty for an app that was never used, which stays so", function()
    local emulator = require("rtk.emulator").new({ seed = 1 })
    local before = emulator:snapshot()
    for _, kind in ipairs({ "meetings", "presets", "rooms", "participants", "deliveries" }) do
      assert.equal(0, lists.view(emulator, { kind = kind }).total)
    end
    assert.equal(emulator.app_id, lists.view(emulator, { kind = "apps" }).rows[1].id)
    assert.equal(before, emulator:snapshot())
  end)

  it("names the kinds when there is no such one", function()
    local emulator = require("rtk.emulator").new()
    assert.has_error(function()
      lists.view(emulator, { kind = "meeting" })
    end, 'there is no kind meeting; did you mean "meetings"?')
  end)

  it("has rows of every kind", function()
    local api = calls.new()
    local meeting = api:data("POST", "/meetings", { title = "All", record_on_start = true })
    api:data("POST", "/meetings/" .. meeting.id .. "/livestreams", { name = "Live" })
    api:data("POST", "/webhooks", {
      name = "Mine",
      url = "http://127.0.0.1:9/",
      events = { "meeting.started" },
    })
    local ann = api:data("POST", "/meetings/" .. meeting.id .. "/participants", {
      name = "Ann",
      custom_participant_id = "ann",
      preset_name = "group_call_host",
    })
    api.emulator:join({ meeting_id = meeting.id, participant_id = ann.id })
    api.emulator:advance(5)
    local first = {}
    for _, kind in ipairs({ "meetings", "sessions", "recordings", "livestreams", "presets" }) do
      first[kind] = lists.view(api.emulator, { kind = kind }).rows[1]
      local one = details.view(api.emulator, { kind = kind, id = first[kind].id })
      assert.same(first[kind], one.row)
    end
    assert.same({ 1, 1 }, { first.meetings.present, first.meetings.participants })
    assert.same({ "LIVE", 1 }, { first.sessions.status, first.sessions.present })
    assert.same({ "RECORDING", 2000 }, { first.recordings.status, first.recordings.recorded })
    assert.same({ "LIVE", "Live" }, { first.livestreams.status, first.livestreams.name })
    assert.is_false(first.livestreams.takes_ingest or first.livestreams.ends_ingest)
    local given = { kind = "participants", meeting_id = meeting.id }
    local participant = lists.view(api.emulator, given).rows[1]
    assert.same({ "Ann", "group_call_host" }, { participant.name, participant.preset_name })
    assert.truthy(participant.peer_id)
    local delivery = lists.view(api.emulator, { kind = "deliveries" }).rows[1]
    assert.same({ "meeting.started", 0 }, { delivery.event, delivery.attempts })
    local one = details.view(api.emulator, { kind = "deliveries", id = delivery.id })
    assert.truthy(one.headers["rtk-signature"])
  end)
end)

describe("the page's journal", function()
  local function statuses(shown)
    local found = {}
    for index, row in ipairs(shown.rows) do
      found[index] = row.status
    end
    return found
  end

  it("is filtered by operation and status", function()
    local api = calls.new()
    api:data("POST", "/meetings", { title = "x" })
    api:send("GET", "/meetings")
    api:send("GET", "/meetings/none")
    local emulator = api.emulator
    assert.same({ 400, 200, 201 }, statuses(requests.view(emulator, {})))
    assert.same({ 400 }, statuses(requests.view(emulator, { status = "4xx" })))
    assert.same({ 201 }, statuses(requests.view(emulator, { status = "201" })))
    assert.same({ 200 }, statuses(requests.view(emulator, { operation = "GET /meetings" })))
    local operations = { "GET /meetings", "GET /meetings/{meeting_id}", "POST /meetings" }
    assert.same(operations, requests.view(emulator, {}).operations)
  end)

  it("counts the same request after one that failed as the next attempt of a call", function()
    local api = calls.new()
    api.emulator:fault({ kind = "rate_limit", times = 2, operation = "POST /meetings" })
    for _ = 1, 4 do
      api:send("POST", "/meetings", { title = "same" })
    end
    api:send("POST", "/meetings", { title = "other" })
    local shown, attempts = requests.view(api.emulator, {}).rows, {}
    for index, row in ipairs(shown) do
      attempts[#shown - index + 1] = ("%s/%s"):format(row.attempt or "-", row.attempts or "-")
    end
    assert.same({ "1/3", "2/3", "3/3", "-/-", "-/-" }, attempts)
    local one = requests.one(api.emulator, { number = "2" })
    assert.same({ 429, 429, 201 }, {
      one.attempts[1].status,
      one.attempts[2].status,
      one.attempts[3].status,
    })
    assert.equal('{"title":"same"}', one.request.body)
    assert.same(
      { nil, "the journal does not have this request any more" },
      { requests.one(api.emulator, { number = "99" }) }
    )
  end)
end)

describe("the page's charts", function()
  it("have the analytics of the app as the API gives them, without a request", function()
    local api = calls.new()
    api.emulator:seed({ meetings = 2, participants = 1, sessions = 1 })
    local shown = charts.view(api.emulator, {})
    local days = api:data("GET", "/analytics/daywise")
    assert.equal(2, shown.analytics.session_stats.sessions_count)
    assert.same(days.session_stats.day_stats, shown.analytics.session_stats.day_stats)
    assert.equal(1, #api.emulator:journal())
  end)
end)

describe("the version of what the page shows", function()
  it("changes with the clock, requests, and what a receiver answered", function()
    local api = calls.new({
      deliver = function()
        return 500
      end,
    })
    local known = {}
    local function differs(what)
      local version = page_calls.version(api.emulator)
      assert.falsy(known[version], what)
      known[version] = true
    end
    differs("at first")
    api.emulator:advance(1)
    differs("after a second")
    api:send("GET", "/meetings")
    differs("after a request")
    api:data("POST", "/webhooks", {
      name = "Mine",
      url = "http://127.0.0.1:9/",
      events = { "meeting.started" },
    })
    local meeting = api:data("POST", "/meetings", { title = "x" })
    local ann = api:data("POST", "/meetings/" .. meeting.id .. "/participants", {
      name = "Ann",
      custom_participant_id = "ann",
      preset_name = "group_call_host",
    })
    differs("after more requests")
    api.emulator:join({ meeting_id = meeting.id, participant_id = ann.id })
    differs("after a delivery")
    local delivery = api.emulator:deliveries()[1]
    api.emulator:redeliver(delivery.id)
    differs("after another attempt")
  end)
end)
