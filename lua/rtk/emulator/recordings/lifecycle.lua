-- SPDX-License-Identifier: MIT
-- The life cycle of recordings: INVOKED, RECORDING and PAUSED in turn, UPLOADING, then UPLOADED or
-- ERRORED. Every change of status is made here, at the clock's time, and publishes an event.
--
-- A recording is a record with status, meeting_id?, session_id?, is_track?, file_name, files? (of
-- uploaded tracks, see rtk.emulator.recordings.tracks), the reasons,
-- and in milliseconds: started, stopped, uploaded (times), recorded (length of the finished runs)
-- and run_since (start of the current run).
local record = require("rtk.emulator.state.record")
local recording_events = require("rtk.emulator.recordings.events")
local room = require("rtk.emulator.meetings.room")
local tracks = require("rtk.emulator.recordings.tracks")

local lifecycle = {}

-- Milliseconds from the call to the first frame, and from the last frame to the file.
local START_TIME, UPLOAD_TIME = 3000, 5000

-- The service says that it cannot always record less than this.
local SHORT = 5000

-- Seconds: no recording takes longer than a day.
local MAX_SECONDS = 86400

-- 300 MB for an hour, as the service's own guide estimates.
local BYTES_PER_MS = 300e6 / 3600e3

local ACTIVE = { INVOKED = true, RECORDING = true, PAUSED = true }

-- Members that a recording inherits from its meeting's configuration.
local INHERITED = {
  "audio_config",
  "file_name_prefix",
  "max_seconds",
  "realtimekit_bucket_config",
  "storage_config",
  "video_config",
}

--- Whether a recording may still be paused, resumed or stopped.
---@param recording table
---@return boolean
function lifecycle.is_active(recording)
  return ACTIVE[recording.status] == true
end

local function select_active(app, meeting_id)
  return app:all("recordings"):select(function(recording)
    return recording.meeting_id == meeting_id and lifecycle.is_active(recording)
  end)
end

--- The newest recording of a whole meeting that is in progress; tracks are recorded beside it.
---@param app table
---@param meeting_id string
---@return table? recording
function lifecycle.find_active(app, meeting_id)
  local newest
  for _, recording in ipairs(select_active(app, meeting_id)) do
    if not recording.is_track then newest = recording end
  end
  return newest
end

local function plan(emulator, recording, action, delay)
  emulator.schedule:add({
    at = emulator.clock:now() + delay,
    kind = "recordings." .. action,
    recording_id = recording.id,
  })
end

local function change(emulator, app, recording, status)
  recording.status = status
  recording.updated = emulator.clock:now()
  recording_events.publish(emulator, app, recording)
end

local function end_run(recording, now)
  if recording.run_since then
    recording.recorded = recording.recorded + now - recording.run_since
    recording.run_since = nil
  end
end

local function file_name(recording)
  local video = recording.fields.video_config
  local is_webm = recording.is_track or video and video.codec and video.codec ~= "H264"
  local prefix = recording.fields.file_name_prefix or recording.meeting_id or recording.id
  return string.format("%s_%d.%s", prefix, recording.created, is_webm and "webm" or "mp4")
end

local function inherit(fields, meeting)
  local config = meeting and meeting.fields.recording_config or {}
  for _, name in ipairs(INHERITED) do
    if fields[name] == nil then fields[name] = config[name] end
  end
  return fields
end

--- Starts a recording.
---@param emulator rtk.Emulator
---@param app table
---@param given table fields, reason, meeting?, session?, is_track?
---@return table recording
function lifecycle.start(emulator, app, given)
  local recording = record.new(emulator, inherit(given.fields, given.meeting))
  recording.meeting_id = given.meeting and given.meeting.id
  recording.session_id = given.session and given.session.id
  recording.is_track = given.is_track
  recording.start_reason = given.reason
  recording.recorded = 0
  recording.file_name = file_name(recording)
  app:all("recordings"):add(recording)
  plan(emulator, recording, "begin", START_TIME)
  change(emulator, app, recording, "INVOKED")
  return recording
end

--- Pauses a recording that is RECORDING.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
function lifecycle.pause(emulator, app, recording)
  end_run(recording, emulator.clock:now())
  change(emulator, app, recording, "PAUSED")
end

--- Resumes a recording that is PAUSED.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
function lifecycle.resume(emulator, app, recording)
  recording.run_since = emulator.clock:now()
  change(emulator, app, recording, "RECORDING")
end

--- Ends a recording that is active. One that ends by its time limit has no reason: the reference
--- knows none for that.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
---@param reason? "API_CALL"|"ALL_PEERS_LEFT"
function lifecycle.stop(emulator, app, recording, reason)
  local now = emulator.clock:now()
  end_run(recording, now)
  recording.stopped, recording.stop_reason = now, reason
  plan(emulator, recording, "upload", UPLOAD_TIME)
  change(emulator, app, recording, "UPLOADING")
end

--- Ends a recording that is not over with an error.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
function lifecycle.fail(emulator, app, recording)
  local now = emulator.clock:now()
  end_run(recording, now)
  recording.stopped = recording.stopped or now
  recording.stop_reason = "INTERNAL_ERROR"
  change(emulator, app, recording, "ERRORED")
end

-- Recordings that were started before the session belong to it.
local function assign_session(app, session)
  for _, recording in ipairs(select_active(app, session.meeting_id)) do
    recording.session_id = recording.session_id or session.id
  end
end

local function find(emulator, task)
  return emulator.store:owner_of("recordings", task.recording_id)
end

local function begin(emulator, task)
  local app, recording = find(emulator, task)
  if recording.status ~= "INVOKED" then return end
  recording.started = emulator.clock:now()
  recording.run_since = recording.started
  local seconds = recording.fields.max_seconds or MAX_SECONDS
  plan(emulator, recording, "time_over", seconds * 1000)
  change(emulator, app, recording, "RECORDING")
end

local function time_over(emulator, task)
  local app, recording = find(emulator, task)
  if lifecycle.is_active(recording) then lifecycle.stop(emulator, app, recording) end
end

--- Uploads a recording, whose file has the size, or each of whose files where it records tracks.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
---@param size integer bytes
function lifecycle.upload(emulator, app, recording, size)
  local now = emulator.clock:now()
  end_run(recording, now)
  recording.started, recording.stopped = recording.started or now, recording.stopped or now
  recording.uploaded, recording.file_size, recording.changes = now, math.floor(size), nil
  if recording.is_track then
    local session = recording.session_id and app:all("sessions"):get(recording.session_id)
    recording.files = tracks.files(recording, session)
    recording.file_size = recording.file_size * #recording.files
  end
  change(emulator, app, recording, "UPLOADED")
end

local function upload(emulator, task)
  local app, recording = find(emulator, task)
  if recording.status ~= "UPLOADING" then return end
  if recording.recorded < SHORT and emulator.options.short_recordings == "fail" then
    return lifecycle.fail(emulator, app, recording)
  end
  lifecycle.upload(emulator, app, recording, recording.recorded * BYTES_PER_MS)
end

local function room_empty(emulator, task)
  local app = emulator.store:owner_of("meetings", task.meeting_id)
  if not room.is_deserted(emulator, app, task.meeting_id) then return end
  for _, recording in ipairs(select_active(app, task.meeting_id)) do
    lifecycle.stop(emulator, app, recording, "ALL_PEERS_LEFT")
  end
end

--- Records the meeting of a session that has started, if the meeting asks for it.
---@param emulator rtk.Emulator
---@param app table
---@param meeting table
function lifecycle.session_started(emulator, app, meeting)
  local session = room.session(app, meeting.id)
  if session then assign_session(app, session) end
  if not meeting.fields.record_on_start or lifecycle.find_active(app, meeting.id) then return end
  local given = { fields = {}, meeting = meeting, reason = "RECORD_ON_START", session = session }
  lifecycle.start(emulator, app, given)
end

--- Plans the end of the meeting's recordings after its room has become empty.
---@param emulator rtk.Emulator
---@param app table
---@param meeting table
function lifecycle.room_emptied(emulator, app, meeting)
  room.plan(emulator, app, meeting.id, "recordings.room_empty")
end

lifecycle.tasks = {
  ["recordings.begin"] = begin,
  ["recordings.time_over"] = time_over,
  ["recordings.upload"] = upload,
  ["recordings.room_empty"] = room_empty,
}

return lifecycle
