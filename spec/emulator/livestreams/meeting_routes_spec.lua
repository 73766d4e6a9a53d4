-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local collection = require("rtk.emulator.state.collection")
local rooms = require("spec.support.clients.emulator_room")
local livestreams = require("rtk.emulator.livestreams.lifecycle")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's livestreams of meetings", function()
  local api, app, emulator, meeting, path

  local function open(body, options)
    api = calls.new(options)
    emulator = api.emulator
    local id = api:data("POST", "/meetings", body or { title = "Weekly" }).id
    app, meeting = emulator.store:owner_of("meetings", id)
    path = "/meetings/" .. id
  end

  before_each(function()
    open()
  end)

  local function start(body)
    return api:data("POST", path .. "/livestreams", body or {})
  end

  local function stop()
    return api:data("POST", path .. "/active-livestream/stop")
  end

  local function active()
    return api:data("GET", path .. "/active-livestream")
  end

  local function published()
    return api:events("livestreaming.statusUpdate")
  end

  it("start with all that is needed to watch them", function()
    local status, reply = api:send("POST", path .. "/livestreams", {
      name = "Show",
      video_config = { height = 720, width = 1280 },
    })
    assert.equal(201, status)
    assert.equal("INVOKED", reply.data.status)
    assert.equal("rtmps://live.cloudflare.com:443/live/", reply.data.ingest_server)
    assert.matches("^https://.+/manifest/video%.m3u8$", reply.data.playback_url)
    assert.matches("^%x+$", reply.data.stream_key)
    local livestream = active()
    assert.equal(reply.data.id, livestream.id)
    assert.equal(reply.data.stream_key, livestream.stream_key)
    assert.equal("Show", livestream.name)
    assert.equal(meeting.id, livestream.meeting_id)
    assert.is_false(livestream.disabled)
  end)

  it("are live after a few seconds, and idle a few seconds after the stop", function()
    local id = start().id
    emulator:advance(2.9)
    assert.equal("INVOKED", active().status)
    emulator:advance(0.1)
    assert.equal("LIVE", active().status)
    emulator:advance(60)
    assert.same({ message = "Stopped live stream successfully" }, stop())
    assert.equal("LIVE", active().status)
    emulator:advance(3)
    assert.same(
      { 404, "No active livestream found for meeting_id " .. meeting.id },
      { api:failure("GET", path .. "/active-livestream") }
    )
    assert.equal("IDLE", api:data("GET", "/livestreams/" .. id).livestream.status)
  end)

  it("do not start while they are in progress or still stopping", function()
    start()
    local status, message = api:failure("POST", path .. "/livestreams", {})
    assert.equal(400, status)
    assert.matches("already in progress", message)
    stop()
    for _, call in ipairs({ "/livestreams", "/active-livestream/stop" }) do
      status, message = api:failure("POST", path .. call, "{}")
      assert.equal(400, status)
      assert.matches("still stopping", message)
    end
    emulator:advance(3)
    assert.equal(404, (api:failure("POST", path .. "/active-livestream/stop")))
    assert.equal("INVOKED", start().status)
  end)

  it("are the same livestream each time, with a session for each", function()
    local first = start({ name = "Show" })
    emulator:advance(13)
    stop()
    emulator:advance(3)
    local second = start()
    assert.equal(first.id, second.id)
    assert.equal("Show", active().name)
    local details = api:data("GET", "/livestreams/" .. first.id)
    assert.equal(2, #details.sessions)
    assert.equal(13, details.sessions[2].ingest_seconds)
    assert.equal(calls.null, details.sessions[1].started_time)
  end)

  it("are shown with their sessions, whether they are live or not", function()
    local none = "No livestream found for meeting_id " .. meeting.id
    assert.same({ 404, none }, { api:failure("GET", path .. "/livestream") })
    local id = start({ name = "Show" }).id
    emulator:advance(13)
    stop()
    emulator:advance(3)
    start()
    for _, status in ipairs({ "INVOKED", "LIVE" }) do
      local _, reply = api:send("GET", path .. "/livestream")
      assert.same({ id, "Show", status }, {
        reply.data.livestream.id,
        reply.data.livestream.name,
        reply.data.livestream.status,
      })
      assert.equal(2, #reply.data.sessions)
      assert.equal(13, reply.data.sessions[2].ingest_seconds)
      assert.same({ total_count = 2, start_offset = 1, end_offset = 2 }, reply.paging)
      local _, same = api:send("GET", "/livestreams/" .. id)
      assert.same(same, reply)
      emulator:advance(3)
    end
    local _, last = api:send("GET", path .. "/livestream?page_no=2&per_page=1")
    assert.equal(13, last.data.sessions[1].ingest_seconds)
    assert.same({ total_count = 2, start_offset = 2, end_offset = 2 }, last.paging)
    assert.equal(400, (api:failure("GET", path .. "/livestream?page_no=0")))
    path = "/meetings/" .. UNKNOWN
    assert.equal(404, (api:failure("GET", path .. "/livestream")))
  end)

  it("are drawn otherwise by the newer reference", function()
    open({ title = "Weekly" }, { documented = true })
    local id = start().id
    emulator:advance(13)
    local _, reply = api:send("GET", path .. "/livestream")
    assert.is_nil(reply.paging)
    local data = reply.data
    assert.same({ total_count = 1, start_offset = 1, end_offset = 1 }, data.paging)
    assert.is_nil(data.livestream)
    assert.equal(id, data.livestreams[1].id)
    assert.is_false(data.livestreams[1].disabled)
    assert.same({ id, "10" }, { data.sessions.livestream_id, data.sessions.ingest_seconds })
    assert.is_nil(data.sessions.viewer_seconds)
    local details = assert(emulator:client().livestreams:get_of_meeting(meeting.id))
    assert.equal(id, details.livestream.id)
    assert.equal(data.sessions.id, details.sessions[1].id)
    assert.equal(1, details.paging.total_count)
  end)

  describe("in a session", function()
    local room

    local function list(query)
      return api:data("GET", room.session_path .. "/livestream-sessions" .. (query or ""))
    end

    before_each(function()
      room = rooms.new(api)
      path = "/meetings/" .. room.id
    end)

    it("are those that overlap with it, newest first", function()
      start()
      emulator:advance(5)
      stop()
      emulator:advance(5)
      room:join("Ann")
      assert.same({ total_count = 0, start_offset = 0, end_offset = 0 }, list().paging)
      start()
      emulator:advance(10)
      stop()
      emulator:advance(5)
      start()
      emulator:advance(10)
      local listed = list()
      assert.same({ total_count = 2, start_offset = 1, end_offset = 2 }, listed.paging)
      local sessions = api:data("GET", path .. "/livestream").sessions
      assert.equal(3, #sessions)
      assert.same({ sessions[1], sessions[2] }, listed.data)
      assert.same({ sessions[2] }, list("?page_no=2&per_page=1").data)
      room:leave("Ann")
      emulator:advance(300)
      local after = start()
      assert.equal(2, #list().data)
      local ids = {}
      local client = emulator:client()
      local session_id = room.session_path:match("[^/]+$")
      for each in client.sessions:each_livestream_session(session_id, { per_page = 1 }) do
        ids[#ids + 1] = each.id
      end
      assert.same({ sessions[1].id, sessions[2].id }, ids)
      local session = assert(client.sessions:get(session_id))
      assert.equal(after.id, assert(session:livestream_sessions())[1].livestream_id)
    end)

    it("are of its own meeting", function()
      room:join("Ann")
      start()
      local other = rooms.new(api)
      other:join("Bob")
      assert.same({}, api:data("GET", other.session_path .. "/livestream-sessions").data)
      local unknown = { api:failure("GET", "/sessions/" .. UNKNOWN .. "/livestream-sessions") }
      assert.same({ 404, "No session found with id " .. UNKNOWN }, unknown)
    end)

    it("are one, with the paging in it, as the newer reference draws them", function()
      open(nil, { documented = true })
      room = rooms.new(api)
      path = "/meetings/" .. room.id
      room:join("Ann")
      assert.same({ paging = { total_count = 0, start_offset = 0, end_offset = 0 } }, list())
      local session_id = room.session_path:match("[^/]+$")
      assert.same({}, assert(emulator:client().sessions:list_livestream_sessions(session_id)))
      start()
      emulator:advance(5)
      local data = list()
      assert.equal(2, data.ingest_seconds)
      assert.is_nil(data.started_time)
      assert.equal(1, data.paging.total_count)
      local page = assert(emulator:client().sessions:list_livestream_sessions(session_id))
      assert.equal(data.id, page[1].id)
      assert.equal(1, page.paging.total_count)
    end)
  end)

  it("do not mistake an earlier session's end for their own", function()
    local id = start().id
    emulator:advance(10)
    stop()
    emulator:advance(1)
    emulator:fail_livestream({ id = id })
    start()
    emulator:advance(2.5)
    assert.equal("INVOKED", active().status)
    emulator:advance(0.5)
    assert.equal("LIVE", active().status)
  end)

  it("wait for an ingest when they are started with manual_ingest", function()
    local status, reply = api:send("POST", path .. "/livestreams", { manual_ingest = true })
    assert.equal(201, status)
    assert.is_string(reply.data.stream_key)
    assert.is_string(reply.data.ingest_server)
    emulator:advance(60)
    assert.equal("INVOKED", active().status)
    emulator:start_ingest({ id = reply.data.id })
    assert.equal("LIVE", active().status)
    assert.has_error(function()
      emulator:start_ingest({ id = reply.data.id })
    end)
    emulator:stop_ingest({ id = reply.data.id })
    assert.equal(404, (api:failure("GET", path .. "/active-livestream")))
    assert.has_error(function()
      emulator:start_ingest({ id = reply.data.id })
    end)
  end)

  it("refuse impossible bodies and unknown meetings", function()
    local function refusal(body)
      return (api:failure("POST", path .. "/livestreams", body))
    end
    assert.equal(400, refusal({ name = 5 }))
    assert.equal(400, refusal({ video_config = { height = "720" } }))
    assert.equal(400, refusal({ manual_ingest = "yes" }))
    assert.equal(422, refusal({ automatic_ingest = true }))
    path = "/meetings/" .. UNKNOWN
    assert.equal(404, refusal({}))
    assert.equal(404, (api:failure("GET", path .. "/active-livestream")))
    assert.equal(404, (api:failure("POST", path .. "/active-livestream/stop")))
  end)

  it("tell when they are live and when they are over", function()
    local livestream = start()
    emulator:advance(3)
    stop()
    emulator:advance(3)
    local live, over = published()[1], published()[2]
    assert.equal(2, #published())
    assert.equal("OFFLINE", over.status)
    assert.same({
      event = "livestreaming.statusUpdate",
      ingestServer = livestream.ingest_server,
      manualIngest = false,
      meeting = {
        createdAt = api:data("GET", path).created_at,
        id = meeting.id,
        organizedBy = { id = app.id, name = "Default app" },
        roomName = meeting.id,
        status = "LIVE",
        title = "Weekly",
      },
      playbackUrl = livestream.playback_url,
      status = "LIVE",
      streamId = livestream.id,
      streamKey = livestream.stream_key,
    }, live)
  end)

  it("fail when the test says so", function()
    local id = start().id
    emulator:advance(5)
    emulator:fail_livestream({ id = id, message = "no signal" })
    local details = api:data("GET", "/livestreams/" .. id)
    assert.equal("ERRORED", details.livestream.status)
    assert.equal("no signal", details.sessions[1].err_message)
    assert.equal(404, (api:failure("GET", path .. "/active-livestream")))
    assert.equal("INVOKED", start().status)
  end)

  describe("that follow the room", function()
    local function begin_session()
      local session = { id = emulator.ids:uuid(), meeting_id = meeting.id }
      session.peers = collection.new()
      session.peers:add({ id = "p" })
      app:all("sessions"):add(session)
      livestreams.session_started(emulator, app, meeting)
      return session
    end

    it("start when the meeting says so, and end when the room stays empty", function()
      open({ live_stream_on_start = true })
      local session = begin_session()
      livestreams.session_started(emulator, app, meeting)
      assert.equal("INVOKED", active().status)
      emulator:advance(10)
      session.peers:get("p").left = emulator.clock:tick()
      livestreams.room_emptied(emulator, app, meeting)
      emulator:advance(62.9)
      assert.equal("LIVE", active().status)
      emulator:advance(0.1)
      assert.equal(404, (api:failure("GET", path .. "/active-livestream")))
    end)

    it("do neither otherwise", function()
      local session = begin_session()
      assert.equal(404, (api:failure("GET", path .. "/active-livestream")))
      start()
      session.peers:get("p").left = emulator.clock:tick()
      livestreams.room_emptied(emulator, app, meeting)
      session.peers:add({ id = "q" })
      emulator:advance(100)
      assert.equal("LIVE", active().status)
    end)
  end)
end)
