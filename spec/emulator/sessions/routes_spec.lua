-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's sessions", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  --- A meeting with one session, an hour after what was there before; `seconds` is its length.
  local function hold(title, minutes, ...)
    api.emulator:advance(3600)
    local room = rooms.new(api, { title = title, session_keep_alive_time_in_secs = 0 })
    room:join(...)
    if minutes then
      api.emulator:advance(60 * minutes)
      room:leave(...)
    end
    return room
  end

  local function titles(query)
    local found = {}
    for i, session in ipairs(api:data("GET", "/sessions" .. (query or "")).sessions) do
      found[i] = session.meeting_display_name
    end
    return found
  end

  it("show their course", function()
    local room = hold("Talk", nil, "Ann", "Bob")
    api.emulator:advance(600)
    room:leave("Bob")
    room:join("Cid")
    api.emulator:advance(300)
    local session = api:data("GET", room.session_path)
    assert.matches("^2023%-11%-14T23:13:20", session.created_at)
    assert.equal(session.created_at, session.started_at)
    assert.is_true(session.updated_at > session.started_at)
    assert.is_true(math.abs(session.minutes_consumed - (15 + 10 + 5)) < 0.001)
    session.created_at, session.started_at, session.updated_at = nil, nil, nil
    session.minutes_consumed = nil
    assert.same({
      id = room.session_path:match("[^/]+$"),
      associated_id = room.id,
      live_participants = 2,
      max_concurrent_participants = 2,
      meeting_display_name = "Talk",
      organization_id = api.emulator.app_id,
      status = "LIVE",
      type = "meeting",
    }, session)
  end)

  it("stand in data itself, or in data.session as documented", function()
    local room = hold("Talk", 10, "Ann")
    local session = api:data("GET", room.session_path)
    assert.same({ session.id, "ENDED" }, { room.session_path:match("[^/]+$"), session.status })
    assert.is_nil(session.meta)
    api.emulator.options.documented = true
    assert.same({ session = session }, api:data("GET", room.session_path))
  end)

  it("stop counting when they are over", function()
    local room = hold("Talk", 10, "Ann")
    api.emulator:advance(3600)
    local session = api:data("GET", room.session_path)
    assert.equal("ENDED", session.status)
    assert.equal(0, session.live_participants)
    assert.equal(10, session.minutes_consumed)
    assert.matches("^2023%-11%-14T23:23:20", session.ended_at)
  end)

  it("show breakout rooms, of which there are none, only on demand", function()
    local room = hold("Talk", 1, "Ann")
    assert.is_nil(api:data("GET", room.session_path).breakout_rooms)
    local _, _, response = api:send("GET", room.session_path .. "?include_breakout_rooms=true")
    assert.matches('"breakout_rooms":[]', response.body, 1, true)
  end)

  it("are listed newest first, in pages beside the data", function()
    hold("One", 1, "Ann")
    hold("Two", 1, "Ann")
    hold("Three", 1, "Ann")
    local _, reply = api:send("GET", "/sessions?per_page=2")
    assert.equal("Three", reply.data.sessions[1].meeting_display_name)
    assert.same({ total_count = 3, start_offset = 1, end_offset = 2 }, reply.paging)
    assert.same({ "One" }, titles("?per_page=2&page_no=2"))
    assert.same({ "One", "Two", "Three" }, titles("?sort_order=ASC"))
    assert.same({ "One", "Two", "Three" }, titles("?sort_by=createdAt&sort_order=ASC"))
  end)

  it("are listed in pages without paging with the option documented", function()
    api = calls.new({ documented = true })
    hold("One", 1, "Ann")
    hold("Two", 1, "Ann")
    local _, reply = api:send("GET", "/sessions?per_page=1")
    assert.equal(1, #reply.data.sessions)
    assert.is_nil(reply.paging)
    assert.is_nil(reply.data.paging)
  end)

  it("are sorted by the minutes of all who took part", function()
    hold("Long", 10, "Ann")
    hold("Short", 1, "Ann")
    hold("Crowded", 4, "Ann", "Bob", "Cid")
    assert.same({ "Crowded", "Long", "Short" }, titles("?sort_by=minutesConsumed"))
    assert.same({ "Short", "Long", "Crowded" }, titles("?sort_by=minutesConsumed&sort_order=ASC"))
  end)

  it("are found by the ids and title of their meeting and by their own id", function()
    local standup = hold("Daily Standup", 1, "Ann")
    hold("Review", 1, "Ann")
    assert.same({ "Daily Standup" }, titles("?search=STAND"))
    assert.same({ "Daily Standup" }, titles("?search=" .. standup.id))
    assert.same({ "Daily Standup" }, titles("?search=" .. standup.session_path:match("[^/]+$")))
    assert.same({ "Daily Standup" }, titles("?associated_id=" .. standup.id))
    assert.same({ "Daily Standup" }, titles("?associated_id=" .. standup.id:upper()))
    assert.same({}, titles("?associated_id=" .. UNKNOWN))
    assert.same({}, titles("?search=nothing"))
  end)

  it("are found by status", function()
    hold("Over", 1, "Ann")
    hold("Running", nil, "Ann")
    assert.same({ "Running" }, titles("?status=LIVE"))
    assert.same({ "Over" }, titles("?status=ENDED"))
  end)

  it("are found by who took part", function()
    local room = hold("One", 1, "Ann")
    hold("Two", 1, "Bob")
    assert.same({ "Two" }, titles("?participants=Bob"))
    assert.same({ "One" }, titles("?participants=" .. room.people.Ann.id))
    assert.same({}, titles("?participants=Bo"))
  end)

  it("are found by the time of their start, both ends included", function()
    local first = hold("One", 1, "Ann")
    local second = hold("Two", 1, "Ann")
    local function started(room)
      return api:data("GET", room.session_path).started_at
    end
    assert.same({ "Two" }, titles("?start_time=" .. started(second)))
    assert.same({ "One" }, titles("?end_time=" .. started(first)))
    assert.same({}, titles("?start_time=2023-11-16"))
  end)

  it("ignore filters that the service does not know", function()
    hold("One", 1, "Ann")
    assert.same({ "One" }, titles("?meeting_id=" .. UNKNOWN))
  end)

  it("refuse impossible filters", function()
    for _, query in ipairs({
      "status=live",
      "sort_by=created_at",
      "sort_order=asc",
      "start_time=now",
      "page_no=0",
    }) do
      assert.equal(400, (api:failure("GET", "/sessions?" .. query)))
    end
  end)

  it("that do not exist are a 404", function()
    for _, path in ipairs({ "", "/participants", "/participants/" .. UNKNOWN, "/chat" }) do
      local status, message = api:failure("GET", "/sessions/" .. UNKNOWN .. path)
      assert.equal(404, status)
      assert.equal("No session found with id " .. UNKNOWN, message)
    end
    local status, message = api:failure("GET", "/sessions/now")
    assert.same({ 400, 'BAD_REQUEST: "id" must be a valid GUID' }, { status, message })
  end)

  it("belong to the app in whose meeting they are", function()
    hold("One", nil, "Ann")
    local other = api.account:data("POST", "/apps", { name = "Other" }).app.id
    assert.same({}, api:below(api.account.prefix .. "/" .. other):data("GET", "/sessions").sessions)
  end)

  it("are the same for a client", function()
    hold("One", 1, "Ann")
    local room = hold("Two", nil, "Ann", "Bob")
    local client = api.emulator:client()
    local page = assert(client.sessions:list({ sort_order = "ASC" }))
    assert.equal("One", page[1].meeting_display_name)
    assert.equal(2, page.paging.total_count)
    local session = assert(page[2]:reload())
    assert.equal(room.id, session.associated_id)
    local people = assert(session:participants({ sort_order = "ASC" }))
    assert.equal("Bob", people[2].display_name)
    assert.equal("Ann", assert(client.sessions:get_peer_report(people[1].id)).display_name)
    assert.equal(session.id, assert(client.active_session:get(room.id)).id)
  end)
end)
