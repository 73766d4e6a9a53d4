-- SPDX-License-Identifier: MIT
-- The recording configuration: a member of meetings and of the body that starts a recording.
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")

local config = {}

local storage_config = field.object({
  type = field.string({
    required = true,
    one_of = { "aws", "azure", "digitalocean", "gcs", "sftp" },
  }),
  access_key = field.string(),
  auth_method = field.string({ one_of = { "KEY", "PASSWORD" } }),
  bucket = field.string(),
  host = field.string(),
  password = field.string(),
  path = field.string(),
  port = field.number(),
  private_key = field.string(),
  region = field.string(),
  secret = field.string(),
  username = field.string(),
})

local audio_config = field.object({
  channel = field.string({ one_of = { "mono", "stereo" } }),
  codec = field.string({ one_of = { "MP3", "AAC" } }),
  export_file = field.boolean(),
})

local watermark = field.object({
  position = field.string({ one_of = { "left top", "right top", "left bottom", "right bottom" } }),
  size = field.object({ height = field.number(), width = field.number() }),
  url = field.string(),
})

local video_config = field.object({
  codec = field.string({ one_of = { "H264", "VP8" } }),
  export_file = field.boolean(),
  height = field.number(),
  watermark = watermark,
  width = field.number(),
})

--- The fields of a recording_config.
config.fields = field.object({
  audio_config = audio_config,
  file_name_prefix = field.string(),
  live_streaming_config = field.object({ rtmp_url = field.string() }),
  -- One minute to one day.
  max_seconds = field.number({ minimum = 60, maximum = 86400 }),
  realtimekit_bucket_config = field.object({ enabled = field.boolean({ required = true }) }),
  storage_config = storage_config,
  video_config = video_config,
})

--- A storage configuration without its keys, which the API accepts but never returns.
---@param storage? table
---@return table? copy
function config.readable_storage(storage)
  local copy = json.copy(storage)
  if copy then
    copy.access_key, copy.secret = nil, nil
  end
  return copy
end

return config
