-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local new_recordings = require("spec.support.clients.emulator_recordings").new

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's recordings", function()
  local recordings, api, meeting

  local function open(options)
    recordings = new_recordings(options)
    api, meeting = recordings.api, recordings.meeting
  end

  before_each(function()
    open()
  end)

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
    assert.same(recording, recordings:get(recording.id))
  end)

  it("run after a few seconds, and are uploaded a few seconds after their end", function()
    local id = recordings:start().id
    api.emulator:advance(2.9)
    assert.equal("INVOKED", recordings:get(id).status)
    api.emulator:advance(0.1)
    assert.equal("RECORDING", recordings:get(id).status)
    api.emulator:advance(60)
    local stopped = recordings:act(id, "stop")
    assert.equal("UPLOADING", stopped.status)
    assert.same({ reason = "API_CALL", caller = { type = "ORGANIZATION" } }, stopped.stop_reason)
    assert.equal(calls.null, stopped.download_url)
    api.emulator:advance(5)
    local uploaded = recordings:get(id)
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
    local id = recordings:start().id
    api.emulator:advance(13)
    assert.equal("PAUSED", recordings:act(id, "pause").status)
    api.emulator:advance(1000)
    assert.equal("RECORDING", recordings:act(id, "resume").status)
    api.emulator:advance(20)
    recordings:act(id, "pause")
    api.emulator:advance(100)
    recordings:act(id, "stop")
    api.emulator:advance(5)
    assert.equal(30, recordings:get(id).recording_duration)
  end)

  it("refuse what does not fit their state", function()
    local over = { 400, "The recording is not in progress" }
    local id = recordings:start().id
    assert.same(over, recordings:refused(id, "pause"))
    assert.same(over, recordings:refused(id, "resume"))
    api.emulator:advance(3)
    assert.same({ 400, "The recording is not paused" }, recordings:refused(id, "resume"))
    recordings:act(id, "pause")
    assert.same({ 400, "The recording is already paused" }, recordings:refused(id, "pause"))
    recordings:act(id, "stop")
    for _, seconds in ipairs({ 0, 10 }) do
      api.emulator:advance(seconds)
      for _, action in ipairs({ "stop", "pause", "resume" }) do
        assert.same(over, recordings:refused(id, action))
      end
    end
    assert.equal(400, recordings:refused(id, "delete")[1])
  end)

  it("are one at a time in a meeting, unless the request allows more", function()
    local first = recordings:start().id
    local status, message = api:failure("POST", "/recordings", { meeting_id = meeting })
    assert.equal(409, status)
    assert.matches("already in progress", message)
    local second = recordings:start({ allow_multiple_recordings = true }).id
    assert.not_equal(first, second)
    recordings:act(first, "stop")
    assert.equal(409, (api:failure("POST", "/recordings", { meeting_id = meeting })))
    recordings:act(second, "stop")
    recordings:start()
  end)

  it("are found by their meeting while they are active", function()
    local path = "/recordings/active-recording/" .. meeting
    local status, message = api:failure("GET", path)
    assert.equal(404, status)
    assert.equal("No active recording found for meeting_id " .. meeting, message)
    local id = recordings:start().id
    assert.equal(id, api:data("GET", path).id)
    api.emulator:advance(3)
    recordings:act(id, "pause")
    assert.equal("PAUSED", api:data("GET", path).status)
    recordings:act(id, "stop")
    assert.equal(404, (api:failure("GET", path)))
  end)

  it("end by themselves after max_seconds, for which no reason is known", function()
    local id = recordings:start({ max_seconds = 60 }).id
    api.emulator:advance(62.9)
    assert.equal("RECORDING", recordings:get(id).status)
    api.emulator:advance(6)
    local recording = recordings:get(id)
    assert.equal("UPLOADED", recording.status)
    assert.equal(60, recording.recording_duration)
    assert.equal(calls.null, recording.stop_reason)
    local endless = recordings:start().id
    api.emulator:advance(86400 + 8)
    assert.equal(86400, recordings:get(endless).recording_duration)
  end)

  it("take their file's name and kind from the body or else from the meeting", function()
    assert.matches(
      "^mine_%d+%.webm$",
      recordings:start({
        file_name_prefix = "mine",
        video_config = { codec = "VP8" },
      }).output_file_name
    )
    recordings.meeting = api:data("POST", "/meetings", {
      recording_config = { file_name_prefix = "ours", max_seconds = 100 },
    }).id
    local recording = recordings:start()
    assert.matches("^ours_%d+%.mp4$", recording.output_file_name)
    api.emulator:advance(103 + 5)
    assert.equal(100, recordings:get(recording.id).recording_duration)
  end)

  it("have an audio file when asked for, and no files outside of the service's bucket", function()
    assert.is_string(recordings:finish({ audio_config = { codec = "AAC" } }).audio_download_url)
    local none = recordings:finish({ audio_config = { codec = "AAC", export_file = false } })
    assert.equal(calls.null, none.audio_download_url)
    local own = recordings:finish({
      realtimekit_bucket_config = { enabled = false },
      storage_config = { type = "aws", bucket = "b", access_key = "a", secret = "s" },
    })
    assert.equal("UPLOADED", own.status)
    assert.equal(calls.null, own.download_url)
    assert.same({ type = "aws", bucket = "b" }, own.storage_config)
  end)

  it("expire a week after the upload", function()
    local id = recordings:finish().id
    assert.same({}, api:column("id", "/recordings?expired=true"))
    assert.same({ id }, api:column("id", "/recordings?expired=false"))
    api.emulator:advance(7 * 86400 + 1)
    assert.same({ id }, api:column("id", "/recordings?expired=true"))
    assert.same({}, api:column("id", "/recordings?expired=false"))
    assert.equal(calls.null, recordings:get(id).download_url)
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
    assert.equal(404, recordings:refused(UNKNOWN, "stop")[1])
    assert.equal(404, (api:send("DELETE", "/recordings/" .. recordings:start().id)))
  end)

  it("show documented members only with the option documented", function()
    open({ documented = true })
    local recording = recordings:start()
    assert.is_nil(recording.meeting_id)
    assert.is_nil(recording.stop_reason)
    assert.equal("API_CALL", recording.start_reason.reason)
  end)
end)
