-- SPDX-License-Identifier: MIT
-- How a recording is encoded and where it goes: shapes that meetings (as the
-- default of their recordings), recordings and track recordings have in common.

local t = require("rtk.schema.type")

local media_output = {}

media_output.AudioConfig = t.object("AudioConfig", {}, {
  channel = t.enum({ "mono", "stereo" }),
  codec = t.note(t.enum({ "MP3", "AAC" }), "Without effect when the video is VP8 or VP9."),
  export_file = t.note(t.boolean, "Write the audio to a file of its own."),
})

media_output.VideoSize = t.object("VideoSize", {}, {
  height = t.integer,
  width = t.integer,
})

local Watermark = t.object("Watermark", {}, {
  position = t.enum({ "left top", "right top", "left bottom", "right bottom" }),
  size = media_output.VideoSize,
  url = t.string,
})

media_output.VideoConfig = t.extend(media_output.VideoSize, "VideoConfig", {
  codec = t.enum({ "H264", "VP8", "VP9" }),
  export_file = t.note(t.boolean, "Write the video to a file of its own."),
  watermark = Watermark,
})

local storage_type = t.enum({ "aws", "azure", "digitalocean", "gcs", "sftp" }, "StorageType")

-- Fields of all storages. The API reference requires none of them but type.
local function storage_fields()
  return {
    access_key = t.note(t.secret, "Never sent back."),
    auth_method = t.note(t.enum({ "KEY", "PASSWORD" }), "For sftp."),
    bucket = t.string,
    host = t.note(t.string, "For sftp."),
    password = t.note(t.secret, "For sftp; with auth_method KEY, the private key's passphrase."),
    path = t.note(t.string, "Where in the bucket."),
    port = t.note(t.integer, "For sftp."),
    private_key = t.note(t.secret, "For sftp."),
    region = t.string,
    secret = t.note(t.secret, "Never sent back."),
    type = storage_type,
    username = t.note(t.string, "For sftp."),
  }
end

media_output.StorageConfig = t.object("StorageConfig", {}, storage_fields())

-- One case of the newer sources, with what these require, and what tells it from the others.
local function storage_case(name, required, marks)
  local optional = storage_fields()
  for field in pairs(required) do
    optional[field] = nil
  end
  for field, mark in pairs(marks) do
    optional[field] = mark
  end
  return t.object(name, required, optional)
end

--- What a storage takes in a request.
media_output.StorageTarget = t.union({
  storage_case("GcsStorage", {}, { type = t.enum({ "gcs" }) }),
  storage_case("KeyPairStorage", {
    access_key = t.note(t.secret, "Never sent back."),
    region = t.string,
  }, { type = t.enum({ "aws", "azure", "digitalocean" }) }),
  storage_case("SftpKeyStorage", { private_key = t.secret }, { auth_method = t.enum({ "KEY" }) }),
  storage_case("SftpPasswordStorage", {
    password = t.secret,
  }, { auth_method = t.enum({ "PASSWORD" }) }),
}, "StorageTarget")

media_output.BucketConfig = t.object("BucketConfig", {
  enabled = t.note(t.boolean, "Off: no download URL will be made for the recording."),
})

-- The publishing URL of a streaming service contains its stream key.
media_output.RtmpConfig = t.object("RtmpConfig", {}, { rtmp_url = t.secret })

media_output.max_seconds = t.note(t.integer, "From 60 to 86400.")

return media_output
