-- SPDX-License-Identifier: MIT
-- What recordings tell, and how they follow what happens in the meeting's room. The sessions here
-- are bare records, as rtk.emulator.meetings.room reads them.
local calls = require("spec.support.clients.emulator_calls")
local collection = require("rtk.emulator.state.collection")
local recordings = require("rtk.emulator.recordings.lifecycle")

describe("the emulator's recordings and the meeting's room", function()
  local api, app, emulator, meeting

  local function open(body)
    api = calls.new()
    emulator = api.emulator
    local id = api:data("POST", "/meetings", body or {}).id
    app, meeting = emulator.store:owner_of("meetings", id)
  end

  before_each(function()
    open()
  end)

  local function begin_session()
    local now = emulator.clock:tick()
    local session = { id = emulator.ids:uuid(), meeting_id = meeting.id, created = now }
    session.started, session.peers = now, collection.new()
    session.peers:add({ id = emulator.ids:uuid() })
    app:all("sessions"):add(session)
    recordings.session_started(emulator, app, meeting)
    return session
  end

  local function leave(session)
    for _, peer in ipairs(session.peers:select()) do
      peer.left = peer.left or emulator.clock:tick()
    end
    recordings.room_emptied(emulator, app, meeting)
  end

  local function start()
    return api:data("POST", "/recordings", { meeting_id = meeting.id })
  end

  local function statuses()
    local found = {}
    for i, recording in ipairs(api:data("GET", "/recordings?sort_order=ASC")) do
      found[i] = recording.status
    end
    return found
  end

  local function published()
    return api:events("recording.statusUpdate")
  end

  it("start together when the meeting says so, and once only", function()
    open({ record_on_start = true, recording_config = { file_name_prefix = "auto" } })
    local session = begin_session()
    recordings.session_started(emulator, app, meeting)
    local listed = api:data("GET", "/recordings")
    assert.equal(1, #listed)
    assert.equal(session.id, listed[1].session_id)
    assert.matches("^auto_", listed[1].output_file_name)
    local recording = api:data("GET", "/recordings/" .. listed[1].id)
    assert.equal("RECORD_ON_START", recording.start_reason.reason)
  end)

  it("do not start together when it does not", function()
    begin_session()
    assert.same({}, statuses())
  end)

  it("refer to each other in either order of start", function()
    local id = start().id
    local session = begin_session()
    assert.equal(session.id, api:data("GET", "/recordings/" .. id).session_id)
    api:data("PUT", "/recordings/" .. id, { action = "stop" })
    assert.equal(session.id, start().session_id)
  end)

  it("end together when the room has been empty for a minute", function()
    local session = begin_session()
    local id = start().id
    emulator:advance(100)
    leave(session)
    emulator:advance(59)
    assert.same({ "RECORDING" }, statuses())
    emulator:advance(1)
    local recording = api:data("GET", "/recordings/" .. id)
    assert.equal("UPLOADING", recording.status)
    assert.same({ reason = "ALL_PEERS_LEFT" }, recording.stop_reason)
  end)

  it("do not end when a participant returns in time", function()
    local session = begin_session()
    start()
    leave(session)
    emulator:advance(50)
    session.peers:add({ id = "p2" })
    emulator:advance(5)
    leave(session)
    emulator:advance(59)
    assert.same({ "RECORDING" }, statuses())
    emulator:advance(1)
    assert.same({ "UPLOADING" }, statuses())
  end)

  it("end at once with a session that ended a minute after the last one had left", function()
    local session = begin_session()
    start()
    session.peers:select()[1].left = emulator.clock:tick()
    emulator:advance(60)
    session.ended = emulator.clock:tick()
    recordings.room_emptied(emulator, app, meeting)
    emulator:advance(0)
    assert.same({ "UPLOADING" }, statuses())
  end)

  it("tell every change but a pause, each with what there is by then", function()
    local session = begin_session()
    local id = start().id
    emulator:advance(13)
    api:data("PUT", "/recordings/" .. id, { action = "pause" })
    api:data("PUT", "/recordings/" .. id, { action = "resume" })
    api:data("PUT", "/recordings/" .. id, { action = "stop" })
    emulator:advance(5)
    local seen = {}
    for i, payload in ipairs(published()) do
      seen[i] = payload.recording.status
      assert.equal(meeting.id, payload.meeting.id)
      assert.equal(session.id, payload.meeting.sessionId)
      assert.equal(i == 5, payload.recording.downloadUrl ~= nil)
    end
    assert.same({ "INVOKED", "RECORDING", "RECORDING", "UPLOADING", "UPLOADED" }, seen)
    local shown = api:data("GET", "/recordings/" .. id)
    local last = published()[5].recording
    assert.is_string(last.downloadUrl)
    assert.is_string(last.downloadUrlExpiry)
    last.downloadUrl, last.downloadUrlExpiry = nil, nil
    assert.same({
      fileSize = ("%d"):format(shown.file_size),
      id = id,
      meetingId = meeting.id,
      organizationId = app.id,
      outputFileName = shown.output_file_name,
      recordingDuration = 10,
      recordingId = id,
      roomUUID = session.id,
      startedTime = shown.started_time,
      status = "UPLOADED",
      stoppedTime = shown.stopped_time,
    }, last)
  end)

  it("tell a failure", function()
    emulator:fail_recording({ id = start().id })
    assert.equal("ERRORED", published()[2].recording.status)
  end)

  describe("of tracks", function()
    local function start_track(more)
      local body = { meeting_id = meeting.id }
      for name, value in pairs(more or {}) do
        body[name] = value
      end
      return api:send("POST", "/recordings/track", body)
    end

    it("need a session", function()
      local status, reply = start_track()
      assert.equal(404, status)
      assert.equal("No active session found for meeting_id " .. meeting.id, reply.error.message)
    end)

    it("run beside that of the meeting", function()
      begin_session()
      local whole = start().id
      local status, reply = start_track({
        layers = {
          default = { file_name_prefix = "t", outputs = { { type = "REALTIMEKIT_BUCKET" } } },
        },
        max_seconds = 10,
        user_ids = { "u1" },
      })
      assert.equal(201, status)
      local track = reply.data.recording
      assert.equal("INVOKED", track.status)
      assert.equal("TRACK", track.type)
      assert.matches(
        "^{{file_name_prefix}}_{{user_id}}_.*_{{date_time}}%.webm$",
        track.output_file_name
      )
      local path = "/recordings/active-recording/" .. meeting.id
      assert.equal(whole, api:data("GET", path).id)
      emulator:advance(3 + 10 + 5)
      assert.same({ "RECORDING", "UPLOADED" }, statuses())
    end)

    it("answer as documented with a name and without a type", function()
      open()
      emulator.options.documented = true
      begin_session()
      local _, reply = start_track({ layers = { default = { file_name_prefix = "t" } } })
      assert.is_nil(reply.data.recording.type)
      assert.matches("^t_%d+%.webm$", reply.data.recording.output_file_name)
    end)

    it("have no outputs and no time limit for the newest sources", function()
      emulator.options.strict = "newest"
      begin_session()
      assert.equal(201, (start_track({ layers = { default = { media_kind = "audio" } } })))
      assert.equal(422, (start_track({ layers = { default = { outputs = {} } } })))
      assert.equal(422, (start_track({ max_seconds = 60 })))
      assert.equal(400, (api:failure("POST", "/recordings", { url = "https://example.com" })))
      assert.equal(201, (api:send("POST", "/recordings", { meeting_id = meeting.id })))
    end)

    it("refuse impossible bodies", function()
      begin_session()
      local users = {}
      for i = 1, 101 do
        users[i] = "u" .. i
      end
      for _, body in ipairs({
        { layers = { default = { media_kind = "video" } } },
        { layers = { default = { outputs = { { type = "TAPE" } } } } },
        { max_seconds = 0 },
        { user_ids = users },
        { meeting_id = "x" },
      }) do
        assert.equal(400, (start_track(body)))
      end
      assert.equal(422, (start_track({ url = "https://example.com" })))
    end)
  end)
end)
