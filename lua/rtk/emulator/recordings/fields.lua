-- SPDX-License-Identifier: MIT
-- Fields of recordings: `start` for a whole meeting, `track` for single tracks, `act` for an
-- action; `list` is the query. `newest_start` and `newest_track` are as the newest sources have
-- them.
local field = require("rtk.emulator.http.field")
local recording_config = require("rtk.emulator.meetings.recording_config")

local config = recording_config.fields.members

local layer = field.object({
  file_name_prefix = field.string(),
  media_kind = field.string({ one_of = { "audio" } }),
  outputs = field.array(field.object({
    storage_config = config.storage_config,
    type = field.string({ one_of = { "REALTIMEKIT_BUCKET", "STORAGE_CONFIG" } }),
  })),
})

local function start(meeting_id, storage_config)
  return field.object({
    allow_multiple_recordings = field.boolean(),
    audio_config = config.audio_config,
    file_name_prefix = config.file_name_prefix,
    interactive_config = field.object({ type = field.string({ one_of = { "ID3" } }) }),
    max_seconds = config.max_seconds,
    meeting_id = meeting_id,
    realtimekit_bucket_config = config.realtimekit_bucket_config,
    rtmp_out_config = config.live_streaming_config,
    storage_config = storage_config,
    url = field.uri(),
    video_config = config.video_config,
  })
end

return {
  start = start(field.uuid(), config.storage_config),
  newest_start = start(field.uuid({ required = true }), recording_config.newest_storage),
  newest_track = field.object({
    layers = field.map(field.object({
      file_name_prefix = field.string(),
      media_kind = field.string({ one_of = { "audio" } }),
    })),
    meeting_id = field.uuid({ required = true }),
    user_ids = field.array(field.string()),
  }),
  track = field.object({
    layers = field.map(layer),
    max_seconds = field.number({ minimum = 1 }),
    meeting_id = field.uuid({ required = true }),
    user_ids = field.array(field.string()),
  }),
  act = field.object({
    action = field.string({ required = true, one_of = { "stop", "pause", "resume" } }),
  }),
  list = field.page_query({
    end_time = field.time(),
    expired = field.boolean(),
    meeting_id = field.uuid(),
    search = field.string(),
    sort_by = field.string({ one_of = { "invokedTime" } }),
    sort_order = field.string({ one_of = { "ASC", "DESC" } }),
    start_time = field.time(),
    -- The reference leaves out the last two, which recordings have all the same.
    status = field.array(field.string({
      one_of = { "INVOKED", "RECORDING", "UPLOADING", "UPLOADED", "ERRORED", "PAUSED" },
    })),
  }),
}
