-- SPDX-License-Identifier: MIT
local calls = require("spec.support.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's recordings", function()
  local api, meeting

  local function open(options)
    api = calls.new(options)
    meeting = api:data("POST", "/meetings", { title = "Weekly" }).id
  end

  before_each(function()
    open()
  end)

  local function start(more)
    local body = { meeting_id = meeting }
    for name, value in pairs(more or {}) do
      body[name] = value
    end
    return api:data("POST", "/recordings", body)
  end

  local function get(id)
    return api:data("GET", "/recordings/" .. id)
  end

  local function act(id, action)
    return api:data("PUT", "/recordings/" .. id, { action = action })
  end

  local function refused(id, action)
    return { api:failure("PUT", "/recordings/" .. id, { action = action }) }
  end

  --- A recording of 60 seconds that is uploaded.
  local function finish(more)
    local id = start(more).id
    api.emulator:advance(63)
    act(id, "stop")
    api.emulator:advance(5)
    return get(id)
  end

  it("are invoked, with nothing to download yet", function()
    local status, reply = api:send("POST", "/recordings", { meeting_id = meeting })
    assert.equal(201, status)
    local recording = reply.data
    assert.equal("INVOKED", recording.status)
    assert.equal(meeting, recording.meeting_id)
    assert.matches("^" .. meeting:gsub("%-", "%%-") .. "_%d+%.mp4$", recording.output_file_name)
    assert.same({ reason = "API_CALL", caller = { type = "ORGANIZATION" } }, recording.start_reason)
    for _, name in ipairs({
      "audio_download_url",
      "download_url",
      "download_url_expiry",
      "file_size",
      "recording_duration",
      "session_id",
      "started_time",
      "stop_reason",
      "stopped_time",
    }) do
      assert.equal(calls.null, recording[name], name)
    end
    assert.same(recording, get(recording.id))
  end)

  it("run after a few seconds, and are uploaded a few seconds after their end", function()
    local id = start().id
    api.emulator:advance(2.9)
    assert.equal("INVOKED", get(id).status)
    api.emulator:advance(0.1)
    assert.equal("RECORDING", get(id).status)
    api.emulator:advance(60)
    local stopped = act(id, "stop")
    assert.equal("UPLOADING", stopped.status)
    assert.same({ reason = "API_CALL", caller = { type = "ORGANIZATION" } }, stopped.stop_reason)
    assert.equal(calls.null, stopped.download_url)
    api.emulator:advance(5)
    local uploaded = get(id)
    assert.equal("UPLOADED", uploaded.status)
    assert.equal(60, uploaded.recording_duration)
    assert.equal(5000000, math.floor(uploaded.file_size / 1e4) * 1e4)
    assert.matches("^https?://", uploaded.download_url)
    assert.is_true(uploaded.download_url_expiry > uploaded.stopped_time)
    assert.equal(calls.null, uploaded.audio_download_url)
    assert.is_true(uploaded.started_time > uploaded.invoked_time)
    assert.is_true(uploaded.stopped_time > uploaded.started_time)
  end)

  it("do not count the time of a pause", function()
    local id = start().id
    api.emulator:advance(13)
    assert.equal("PAUSED", act(id, "pause").status)
    api.emulator:advance(1000)
    assert.equal("RECORDING", act(id, "resume").status)
    api.emulator:advance(20)
    act(id, "pause")
    api.emulator:advance(100)
    act(id, "stop")
    api.emulator:advance(5)
    assert.equal(30, get(id).recording_duration)
  end)

  it("refuse what does not fit their state", function()
    local over = { 400, "The recording is not in progress" }
    local id = start().id
    assert.same(over, refused(id, "pause"))
    assert.same(over, refused(id, "resume"))
    api.emulator:advance(3)
    assert.same({ 400, "The recording is not paused" }, refused(id, "resume"))
    act(id, "pause")
    assert.same({ 400, "The recording is already paused" }, refused(id, "pause"))
    act(id, "stop")
    for _, seconds in ipairs({ 0, 10 }) do
      api.emulator:advance(seconds)
      for _, action in ipairs({ "stop", "pause", "resume" }) do
        assert.same(over, refused(id, action))
      end
    end
    assert.equal(400, refused(id, "delete")[1])
  end)

  it("are one at a time in a meeting, unless told otherwise", function()
    local first = start().id
    local status, message = api:failure("POST", "/recordings", { meeting_id = meeting })
    assert.equal(409, status)
    assert.matches("already in progress", message)
    local second = start({ allow_multiple_recordings = true }).id
    assert.not_equal(first, second)
    act(first, "stop")
    assert.equal(409, (api:failure("POST", "/recordings", { meeting_id = meeting })))
    act(second, "stop")
    start()
  end)

  it("are found by their meeting while they are active", function()
    local path = "/recordings/active-recording/" .. meeting
    local status, message = api:failure("GET", path)
    assert.equal(404, status)
    assert.equal("No active recording found for meeting_id " .. meeting, message)
    local id = start().id
    assert.equal(id, api:data("GET", path).id)
    api.emulator:advance(3)
    act(id, "pause")
    assert.equal("PAUSED", api:data("GET", path).status)
    act(id, "stop")
    assert.equal(404, (api:failure("GET", path)))
  end)

  it("end by themselves after max_seconds, for which no reason is known", function()
    local id = start({ max_seconds = 60 }).id
    api.emulator:advance(62.9)
    assert.equal("RECORDING", get(id).status)
    api.emulator:advance(6)
    local recording = get(id)
    assert.equal("UPLOADED", recording.status)
    assert.equal(60, recording.recording_duration)
    assert.equal(calls.null, recording.stop_reason)
    local endless = start().id
    api.emulator:advance(86400 + 8)
    assert.equal(86400, get(endless).recording_duration)
  end)

  it("take their file's name and kind from the body or else from the meeting", function()
    assert.matches(
      "^mine_%d+%.webm$",
      start({
        file_name_prefix = "mine",
        video_config = { codec = "VP8" },
      }).output_file_name
    )
    meeting = api:data("POST", "/meetings", {
      recording_config = { file_name_prefix = "ours", max_seconds = 100 },
    }).id
    local recording = start()
    assert.matches("^ours_%d+%.mp4$", recording.output_file_name)
    api.emulator:advance(103 + 5)
    assert.equal(100, get(recording.id).recording_duration)
  end)

  it("have an audio file when asked for, and no files outside of the service's bucket", function()
    assert.is_string(finish({ audio_config = { codec = "AAC" } }).audio_download_url)
    local none = finish({ audio_config = { codec = "AAC", export_file = false } })
    assert.equal(calls.null, none.audio_download_url)
    local own = finish({
      realtimekit_bucket_config = { enabled = false },
      storage_config = { type = "aws", bucket = "b", access_key = "a", secret = "s" },
    })
    assert.equal("UPLOADED", own.status)
    assert.equal(calls.null, own.download_url)
    assert.same({ type = "aws", bucket = "b" }, own.storage_config)
  end)

  it("expire a week after the upload", function()
    local id = finish().id
    assert.same({}, api:column("id", "/recordings?expired=true"))
    assert.same({ id }, api:column("id", "/recordings?expired=false"))
    api.emulator:advance(7 * 86400 + 1)
    assert.same({ id }, api:column("id", "/recordings?expired=true"))
    assert.same({}, api:column("id", "/recordings?expired=false"))
    assert.equal(calls.null, get(id).download_url)
  end)

  it("may record a page instead of a meeting", function()
    local recording = api:data("POST", "/recordings", { url = "https://example.com/page" })
    assert.equal(calls.null, recording.meeting_id)
    assert.equal("INVOKED", recording.status)
    api:data("POST", "/recordings", { url = "https://example.com/page" })
  end)

  it("refuse incomplete and impossible bodies", function()
    local cases = {
      { 400, 'BAD_REQUEST: "value" must contain at least one of [meeting_id, url]', {} },
      { 400, 'BAD_REQUEST: "meeting_id" must be a valid GUID', { meeting_id = "x" } },
      { 400, 'BAD_REQUEST: "url" must be a valid uri', { url = "x" } },
      {
        400,
        'BAD_REQUEST: "max_seconds" must be greater than or equal to 60',
        { meeting_id = meeting, max_seconds = 59 },
      },
      {
        400,
        'BAD_REQUEST: "storage_config.type" is required',
        { meeting_id = meeting, storage_config = { bucket = "b" } },
      },
      {
        400,
        'BAD_REQUEST: "interactive_config.type" must be one of [ID3]',
        { meeting_id = meeting, interactive_config = { type = "ID4" } },
      },
      { 422, '"meetingId" is not allowed', { meetingId = meeting } },
      { 404, "No meeting found with id " .. UNKNOWN, { meeting_id = UNKNOWN } },
    }
    for _, case in ipairs(cases) do
      assert.same({ case[1], case[2] }, { api:failure("POST", "/recordings", case[3]) })
    end
    assert.same({}, api:data("GET", "/recordings"))
  end)

  it("that do not exist are a 404, and cannot be deleted", function()
    assert.same(
      { 404, "No recording found with id " .. UNKNOWN },
      { api:failure("GET", "/recordings/" .. UNKNOWN) }
    )
    assert.equal(404, refused(UNKNOWN, "stop")[1])
    assert.equal(404, (api:send("DELETE", "/recordings/" .. start().id)))
  end)

  it("show only what is documented when told so", function()
    open({ documented = true })
    local recording = start()
    assert.is_nil(recording.meeting_id)
    assert.is_nil(recording.stop_reason)
    assert.equal("API_CALL", recording.start_reason.reason)
  end)
end)
