-- SPDX-License-Identifier: MIT
local event = require("rtk.webhook.event")
local rtk = require("rtk")

local delivery = { id = "d1", webhook_id = "w1", digest = "00", received_at = 5 }

local meeting = {
  id = "m1",
  sessionId = "s1",
  title = "T",
  status = "LIVE",
  createdAt = "2026-01-01T00:00:00.000Z",
}

describe("rtk.webhook.event", function()
  it("knows meeting and session of all nine kinds", function()
    for _, case in ipairs({
      { { event = "meeting.started", meeting = meeting }, "m1", "s1" },
      { { event = "meeting.ended", meeting = meeting, reason = "HOST_ENDED_MEETING" }, "m1", "s1" },
      { { event = "meeting.participantJoined", meeting = meeting, participant = {} }, "m1", "s1" },
      { { event = "meeting.participantLeft", meeting = meeting, participant = {} }, "m1", "s1" },
      { { event = "meeting.chatSynced", meetingId = "m2", sessionId = "s2" }, "m2", "s2" },
      { { event = "meeting.transcript", meeting = meeting }, "m1", "s1" },
      { { event = "meeting.summary", meeting = meeting }, "m1", "s1" },
      { { event = "livestreaming.statusUpdate", streamId = "l", meeting = { id = "m3" } }, "m3" },
      { { event = "livestreaming.statusUpdate", streamId = "l", status = "LIVE" } },
      { { event = "recording.statusUpdate", recording = {}, meeting = meeting }, "m1", "s1" },
      { { event = "recording.statusUpdate", recording = { meetingId = "m4" } }, "m4" },
      { { event = "something.new" } },
      { { event = "odd", meeting = "text", recording = 5, sessionId = {} } },
    }) do
      local about = event.new(case[1], delivery)
      assert.equal(case[2], about:meeting_id(), case[1].event)
      assert.equal(case[3], about:session_id(), case[1].event)
    end
  end)

  it("says that its methods need a colon", function()
    local about = event.new({ event = "x", recording = {}, participant = {} }, delivery)
    for _, name in ipairs({ "meeting_id", "session_id", "recording", "participant" }) do
      local ok, message = pcall(function()
        local value = about[name]()
        return value
      end)
      assert.is_false(ok)
      assert.matches("event_spec.lua:%d+: call event:" .. name .. " with a colon", message)
    end
  end)

  it("gives a recording the form of the rest of the API", function()
    local about = event.new({
      event = "recording.statusUpdate",
      meeting = meeting,
      recording = {
        id = "r1",
        recordingId = "r0",
        status = "UPLOADED",
        fileSize = "2048",
        recordingDuration = 12.5,
        startedTime = "2023-04-14 04:46:08.306221Z",
        stoppedTime = "2023-04-14T04:47:08Z",
        downloadUrl = "https://files.example/x?sig=1",
        outputFileName = "x.mp4",
        roomUUID = "old",
      },
    }, delivery)
    assert.equal("UPLOADED", about.recording.status)
    assert.equal("2048", about.recording.fileSize)
    assert.same({
      id = "r1",
      status = "UPLOADED",
      file_size = 2048,
      recording_duration = 12.5,
      started_time = "2023-04-14T04:46:08.306Z",
      stopped_time = "2023-04-14T04:47:08Z",
      download_url = "https://files.example/x?sig=1",
      output_file_name = "x.mp4",
      meeting_id = "m1",
      session_id = "s1",
    }, about:recording())
  end)

  it("reads what a recording of tracks has, and an id under its older name", function()
    local tracks = rtk.array({ { layer_name = "audio" } })
    local about = event.new({
      event = "recording.statusUpdate",
      recording = {
        recordingId = "r0",
        downloadUrl = tracks,
        fileSize = "?",
        startedTime = "soon",
      },
    }, delivery)
    local recording = about:recording()
    assert.equal("r0", recording.id)
    assert.equal(tracks, recording.download_url)
    assert.same({ "?", "soon" }, { recording.file_size, recording.started_time })
  end)

  it("gives a participant the form of the rest of the API", function()
    local about = event.new({
      event = "meeting.participantLeft",
      meeting = meeting,
      participant = {
        peerId = "p1",
        userDisplayName = "Ann",
        clientSpecificId = "c-old",
        customParticipantId = "c1",
        joinedAt = "2023-04-14T04:46:08.500Z",
        leftAt = "2023-04-14 04:46:09Z",
      },
    }, delivery)
    assert.same({
      peer_id = "p1",
      name = "Ann",
      custom_participant_id = "c1",
      joined_at = "2023-04-14T04:46:08.500Z",
      left_at = "2023-04-14T04:46:09Z",
    }, about:participant())
    local older = event.new({ event = "x", participant = { clientSpecificId = "c-old" } }, delivery)
    assert.equal("c-old", older:participant().custom_participant_id)
  end)

  it("is the payload as it came", function()
    local text = '{"event":"x","recording":{"a":[]},"participant":{"b":{}}}'
    local about = event.new(rtk.decode(text), delivery)
    assert.equal(delivery, about.delivery)
    local names = {}
    for name in pairs(about) do
      names[name] = true
    end
    assert.same({ event = true, recording = true, participant = true }, names)
    local again = rtk.decode(rtk.encode(about))
    assert.equal("[]", rtk.encode(again.recording.a))
    assert.equal("{}", rtk.encode(again.participant.b))
    assert.is_nil(about.something)
  end)

  it("shows nothing of the payload when it is printed", function()
    local about = event.new({ event = "e", streamKey = "secret", title = "T" }, delivery)
    assert.equal("rtk.ReceivedEvent e, delivery d1", tostring(about))
  end)
end)
