-- SPDX-License-Identifier: MIT
-- The recording configuration: a member of meetings and of the body that starts a recording.
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")

local config = {}

local function type_of(...)
  return field.string({ required = true, one_of = { ... } })
end

local function auth_method(...)
  return field.string({ one_of = { ... } })
end

local storage_config = field.object({
  type = type_of("aws", "azure", "digitalocean", "gcs", "sftp"),
  access_key = field.string(),
  auth_method = auth_method("KEY", "PASSWORD"),
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

local required_text = field.string({ required = true })

local function storage_case(members)
  return field.extended(storage_config, members)
end

-- The four cases of the newest sources: Google, a pair of keys, SFTP with a key, SFTP with a
-- password.
config.newest_storage = field.any_of({
  storage_case({ type = type_of("gcs") }),
  storage_case({
    type = type_of("aws", "azure", "digitalocean"),
    access_key = required_text,
    region = required_text,
  }),
  storage_case({ auth_method = auth_method("KEY"), private_key = required_text }),
  storage_case({ auth_method = auth_method("PASSWORD"), password = required_text }),
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
  codec = field.string({ one_of = { "H264", "VP8", "VP9" } }),
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

--- The same as the newest sources have it.
config.newest_fields = field.extended(config.fields, { storage_config = config.newest_storage })

--- A storage configuration without its secrets, which the API accepts but never returns; with the
--- option `documented` it returns some.
---@param storage? table
---@param is_documented? boolean
---@return table? copy
function config.readable_storage(storage, is_documented)
  local copy = json.copy(storage)
  if copy then
    copy.access_key, copy.secret = nil, nil
    if not is_documented then
      copy.password, copy.private_key = nil, nil
    end
  end
  return copy
end

return config
