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

local TrackFiles = t.object("TrackFiles", {
  layer_name = t.string,
  download_urls = t.note(
    t.map(t.object("TrackFile", { download_url = t.secret })),
    "By file name, one for each peer."
  ),
})

-- Not all sources allow for its being text.
local size = t.union({ t.integer, t.string })

recordings.Recording = t.object("Recording", {
  id = t.string,
  invoked_time = t.string,
  output_file_name = t.note(t.string, "Of tracks a template, until the files exist."),
  status = status,
}, {
  audio_download_url = t.nullable(t.note(t.secret, "Presigned: anyone who has it can download.")),
  download_url = t.nullable(
    t.note(t.union({ t.secret, t.array(TrackFiles) }), "Presigned; of tracks a list.")
  ),
  download_url_expiry = t.nullable(t.string),
  file_size = t.nullable(t.note(size, "Bytes; the service may send text.")),
  meeting = meetings.Meeting,
  meeting_id = t.string,
  recording_duration = t.note(t.number, "Seconds."),
  session_id = t.nullable(t.string),
  start_reason = StartReason,
  started_time = t.nullable(t.string),
  stop_reason = StopReason,
  stopped_time = t.nullable(t.string),
  storage_config = t.nullable(media_output.StorageConfig),
  type = t.open_enum({ "TRACK" }),
})

-- The reference requires nothing.
local RecordingStart = t.object("RecordingStart", { meeting_id = t.string }, {
  allow_multiple_recordings = t.note(t.boolean, "Beside one that is already running."),
  audio_config = media_output.AudioConfig,
  file_name_prefix = t.string,
  interactive_config = t.object("InteractiveConfig", {}, { type = t.enum({ "ID3" }) }),
  max_seconds = media_output.max_seconds,
  realtimekit_bucket_config = media_output.BucketConfig,
  rtmp_out_config = media_output.RtmpConfig,
  storage_config = t.nullable(media_output.StorageTarget),
  url = t.note(t.string, "A page to record in place of the meeting."),
  video_config = media_output.VideoConfig,
})

local TrackLayer = t.object("TrackLayer", {}, {
  file_name_prefix = t.string,
  media_kind = t.enum({ "audio" }),
  outputs = t.note(
    t.array(t.object("TrackOutput", {}, {
      storage_config = media_output.StorageConfig,
      type = t.enum({ "REALTIMEKIT_BUCKET", "STORAGE_CONFIG" }),
    })),
    "Newer sources have dropped it."
  ),
})

local TrackRecordingStart = t.object("TrackRecordingStart", { meeting_id = t.string }, {
  layers = t.note(t.map(TrackLayer), "By layer name, such as default."),
  max_seconds = t.note(t.integer, "Newer sources have dropped it."),
  user_ids = t.note(t.array(t.string), "At most 100; default all."),
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
