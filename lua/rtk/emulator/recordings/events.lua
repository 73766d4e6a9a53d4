-- SPDX-License-Identifier: MIT
-- The event recording.statusUpdate. There is one for each status but PAUSED. Absent values are left
-- out; the size is text, as in the service's example. The layers of a recording of tracks are as in
-- replies: nobody has said how their members are called here.
local clock = require("rtk.emulator.state.clock")
local events = require("rtk.emulator.webhooks.events")
local view = require("rtk.emulator.recordings.view")

local recording_events = {}

local function time(milliseconds)
  return milliseconds and clock.format(milliseconds)
end

local function put_file(payload, emulator, app, recording)
  local links = view.links(emulator, app, recording)
  payload.audioDownloadUrl, payload.downloadUrl = links.audio_url, links.url
  payload.downloadUrlExpiry = links.expiry
  payload.fileSize = string.format("%d", recording.file_size)
  payload.recordingDuration = view.duration(recording)
end

local function payload_of(emulator, app, recording)
  local payload = {
    id = recording.id,
    meetingId = recording.meeting_id,
    organizationId = app.id,
    outputFileName = recording.file_name,
    recordingId = recording.id,
    roomUUID = recording.session_id,
    startedTime = time(recording.started),
    status = recording.status,
    stoppedTime = time(recording.stopped),
  }
  if recording.status == "UPLOADED" then put_file(payload, emulator, app, recording) end
  return payload
end

--- Publishes the status that a recording has now.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
function recording_events.publish(emulator, app, recording)
  if recording.status == "PAUSED" then return end
  local meeting = recording.meeting_id and app:all("meetings"):get(recording.meeting_id)
  local session = recording.session_id and app:all("sessions"):get(recording.session_id)
  events.publish(emulator, app, {
    event = "recording.statusUpdate",
    meeting = meeting and events.meeting(app, meeting, session),
    recording = payload_of(emulator, app, recording),
  })
end

return recording_events
