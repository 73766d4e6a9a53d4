-- SPDX-License-Identifier: MIT
-- Recordings of whole meetings and of single tracks.

local t = require("rtk.schema.type")
local media_output = require("rtk.schema.media_output")
local meetings = require("rtk.schema.meetings")
local paging = require("rtk.schema.paging")

local recordings = {}

local status = t.enum(
  { "INVOKED", "RECORDING", "UPLOADING", "UPLOADED", "ERRORED", "PAUSED" },
  "RecordingStatus"
)

local Caller = t.object("RecordingCaller", {}, {
  name = t.string,
  type = t.enum({ "ORGANIZATION", "USER" }),
  user_Id = t.string,
})

local StartReason = t.object("RecordingStartReason", {}, {
  caller = Caller,
  reason = t.enum({ "API_CALL", "RECORD_ON_START" }),
})

local StopReason = t.object("RecordingStopReason", {}, {
  caller = Caller,
  reason = t.enum({ "API_CALL", "INTERNAL_ERROR", "ALL_PEERS_LEFT" }),
})

recordings.Recording = t.object("Recording", {
  id = t.string,
  invoked_time = t.string,
  output_file_name = t.string,
  status = status,
}, {
  audio_download_url = t.note(t.secret, "Presigned: anyone who has it can download."),
  download_url = t.note(t.secret, "Presigned: anyone who has it can download."),
  download_url_expiry = t.string,
  file_size = t.note(t.integer, "Bytes."),
  meeting = meetings.Meeting,
  meeting_id = t.string,
  recording_duration = t.note(t.number, "Seconds."),
  session_id = t.string,
  start_reason = StartReason,
  started_time = t.string,
  stop_reason = StopReason,
  stopped_time = t.string,
  storage_config = media_output.StorageConfig,
})

local RecordingStart = t.object("RecordingStart", {}, {
  allow_multiple_recordings = t.note(t.boolean, "Beside one that is already running."),
  audio_config = media_output.AudioConfig,
  file_name_prefix = t.string,
  interactive_config = t.object("InteractiveConfig", {}, { type = t.enum({ "ID3" }) }),
  max_seconds = media_output.max_seconds,
  meeting_id = t.string,
  realtimekit_bucket_config = media_output.BucketConfig,
  rtmp_out_config = media_output.RtmpConfig,
  storage_config = media_output.StorageConfig,
  url = t.note(t.string, "A page to record in place of the meeting."),
  video_config = media_output.VideoConfig,
})

local TrackLayer = t.object("TrackLayer", {}, {
  file_name_prefix = t.string,
  media_kind = t.enum({ "audio" }),
  outputs = t.array(t.object("TrackOutput", {}, {
    storage_config = media_output.StorageConfig,
    type = t.enum({ "REALTIMEKIT_BUCKET", "STORAGE_CONFIG" }),
  })),
})

local TrackRecordingStart = t.object("TrackRecordingStart", { meeting_id = t.string }, {
  layers = t.note(t.map(TrackLayer), "By layer name, such as default."),
  max_seconds = t.integer,
  user_ids = t.array(t.string),
})

recordings.operations = {
  ["GET /recordings"] = {
    query = t.extend(paging.PageQuery, "RecordingsQuery", {
      end_time = t.moment,
      expired = t.boolean,
      meeting_id = t.string,
      search = t.string,
      sort_by = t.enum({ "invokedTime" }),
      sort_order = paging.sort_order,
      start_time = t.moment,
      status = t.array(status),
    }),
    reply = t.array(recordings.Recording),
    paging = "envelope",
  },
  ["POST /recordings"] = { body = RecordingStart, reply = recordings.Recording },
  ["GET /recordings/active-recording/{meeting_id}"] = { reply = recordings.Recording },
  ["GET /recordings/{recording_id}"] = { reply = recordings.Recording },
  ["PUT /recordings/{recording_id}"] = {
    body = t.object("RecordingAction", { action = t.enum({ "stop", "pause", "resume" }) }),
    reply = recordings.Recording,
  },
  ["POST /recordings/track"] = {
    body = TrackRecordingStart,
    reply = recordings.Recording,
    wrapper = "recording",
    may_be_empty = true,
  },
}

return recordings
