-- SPDX-License-Identifier: MIT
-- Recordings as the API shows them. Absent times, figures and links are null. The service keeps
-- files for a week after the upload; an older recording is expired and has no links. Each view
-- creates new links. Of a recording of tracks, download_url is a list of layers with their files;
-- with the option `documented` it is one link, as of other recordings, and there is no type.
local clock = require("rtk.emulator.state.clock")
local downloads = require("rtk.emulator.downloads")
local json = require("rtk.emulator.util.json")
local meetings = require("rtk.emulator.meetings.routes")
local recording_config = require("rtk.emulator.meetings.recording_config")
local tracks = require("rtk.emulator.recordings.tracks")

local view = {}

local RETENTION = 7 * 86400 * 1000

local function in_bucket(recording)
  local bucket = recording.fields.realtimekit_bucket_config
  return recording.status == "UPLOADED" and not (bucket and bucket.enabled == false)
end

--- Whether the service had the recording's file and has removed it.
---@param emulator rtk.Emulator
---@param recording table
---@return boolean
function view.is_expired(emulator, recording)
  return in_bucket(recording) and emulator.clock:now() > recording.uploaded + RETENTION
end

local function has_audio_file(recording)
  local audio = recording.fields.audio_config
  return audio ~= nil and audio.export_file ~= false
end

--- The links to a recording's files; there are none before the upload and after the retention.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
---@return { url?: string|table[], audio_url?: string, expiry?: string }
function view.links(emulator, app, recording)
  if not in_bucket(recording) then return {} end
  if view.is_expired(emulator, recording) then
    return { expiry = clock.format(recording.uploaded + RETENTION) }
  end
  if recording.files and not emulator.options.documented then
    local layers, expiry = tracks.links(emulator, app, recording)
    return { url = layers, expiry = expiry }
  end
  local item = { kind = "recording", id = recording.id }
  item.format = recording.file_name:match("webm$")
  local links = {}
  links.url, links.expiry = downloads.link(emulator, app, item)
  if has_audio_file(recording) then
    item = { kind = "recording_audio", id = recording.id }
    item.format = recording.fields.audio_config.codec == "AAC" and "aac" or nil
    links.audio_url = downloads.link(emulator, app, item)
  end
  return links
end

--- The recorded time in whole seconds.
---@param recording table
---@return integer
function view.duration(recording)
  return math.floor(recording.recorded / 1000)
end

local function time_or_null(milliseconds)
  return milliseconds and clock.format(milliseconds) or json.null
end

local function file_name(recording, request)
  local is_template = recording.is_track and not recording.files and not request.options.documented
  return is_template and tracks.FILE_NAME or recording.file_name
end

local function file_size(recording, request)
  if recording.status ~= "UPLOADED" then return json.null end
  if request.options.sizes == "string" then return ("%d"):format(recording.file_size) end
  return recording.file_size
end

--- The members of a recording in every reply.
---@param recording table
---@param request rtk.emulator.Request
---@return table
function view.brief(recording, request)
  local is_uploaded = recording.status == "UPLOADED"
  local links = view.links(request.emulator, request.app, recording)
  return {
    audio_download_url = links.audio_url or json.null,
    download_url = links.url or json.null,
    download_url_expiry = links.expiry or json.null,
    file_size = file_size(recording, request),
    id = recording.id,
    invoked_time = clock.format(recording.created),
    meeting_id = not request.options.documented and (recording.meeting_id or json.null) or nil,
    output_file_name = file_name(recording, request),
    recording_duration = is_uploaded and view.duration(recording) or json.null,
    session_id = recording.session_id or json.null,
    started_time = time_or_null(recording.started),
    status = recording.status,
    stopped_time = time_or_null(recording.stopped),
    type = recording.is_track and not request.options.documented and "TRACK" or nil,
  }
end

local function storage(recording, request)
  local config = recording.fields.storage_config
  return recording_config.readable_storage(config, request.options.documented)
end

--- A recording in a list: with its meeting.
---@param recording table
---@param request rtk.emulator.Request
---@return table
function view.in_list(recording, request)
  local shown = view.brief(recording, request)
  shown.storage_config = storage(recording, request)
  local meeting = recording.meeting_id and request.app:all("meetings"):get(recording.meeting_id)
  if meeting then shown.meeting = meetings.view_in_list(meeting, request) end
  return shown
end

--- Only calls to the API have a caller.
local function reason(name)
  return { reason = name, caller = name == "API_CALL" and { type = "ORGANIZATION" } or nil }
end

--- A recording by itself: with the reasons for its start and end.
---@param recording table
---@param request rtk.emulator.Request
---@return table
function view.full(recording, request)
  local shown = view.brief(recording, request)
  shown.storage_config = storage(recording, request)
  shown.start_reason = reason(recording.start_reason)
  if recording.stop_reason then
    shown.stop_reason = reason(recording.stop_reason)
  elseif not request.options.documented then
    shown.stop_reason = json.null
  end
  return shown
end

return view
