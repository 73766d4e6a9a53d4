-- SPDX-License-Identifier: MIT
-- Downloads of recordings, chats, transcripts and summaries: where their links come from. A link
-- that has expired is asked for again.

local download = require("rtk.download")
local errors = require("rtk.errors")
local misuse = require("rtk.misuse")
local option = require("rtk.download.options")
local suggest = require("rtk.suggest")
local time = require("rtk.time")

---@class rtk.RecordingDownloadOptions: rtk.DownloadOptions
---@field audio? boolean the file with the sound alone; default false
---@field layer? string of a recording of tracks, which has files by layer
---@field file? string the name of one of them, where a layer has several

---@class rtk.TranscriptDownloadOptions: rtk.DownloadOptions
---@field format? "CSV"|"JSON"|"SRT"|"VTT" default that of the API, CSV

local downloads = {}

-- Seconds before its end at which a link is no longer begun with.
local MARGIN = 10

local function is_expired(expiry)
  local moment = type(expiry) == "string" and time.parse(expiry)
  return moment and moment - MARGIN <= os.time() or false
end

-- A failure that rtk itself finds.
local function refuse(kind, message, reason)
  local err = errors.of_wait(kind, message, reason)
  return nil, message, err
end

-- The one of several names that the caller chose, or the only one.
local function choose(what, names, chosen)
  for _, name in ipairs(names) do
    if name == chosen or not chosen and #names == 1 then return name end
  end
  if chosen then
    local clause = suggest.clause(chosen, names)
    return refuse("not_found", ("the recording has no %s %q"):format(what, chosen) .. clause)
  end
  local list = table.concat(names, ", ")
  local message = ("the recording has several: name one in the option %s (%s)"):format(what, list)
  return refuse("invalid", message)
end

-- The link to one file of a recording of tracks.
local function track_url(layers, chosen)
  local by_name = {}
  for _, layer in ipairs(layers) do
    by_name[layer.layer_name or ""] = layer.download_urls or {}
  end
  local layer, message, err = choose("layer", suggest.names(by_name), chosen.layer)
  if not layer then return nil, message, err end
  local file
  file, message, err = choose("file", suggest.names(by_name[layer]), chosen.file)
  if not file then return nil, message, err end
  return by_name[layer][file].download_url
end

local function recording_url(recording, chosen)
  local url = recording.download_url
  if chosen.audio then url = recording.audio_download_url end
  if type(url) == "table" then return track_url(url, chosen) end
  if url then
    if not chosen.layer and not chosen.file then return url end
    return refuse("invalid", "the recording has no layers: leave out the options layer and file")
  end
  local what = chosen.audio and "audio file" or "file"
  if recording.status == "UPLOADED" then
    return refuse(
      "not_found",
      "the recording has no " .. what .. " here, or not any more",
      "no_file"
    )
  end
  local message = ("the recording is %s and has no %s yet; recording:wait() waits for it"):format(
    recording.status or "not uploaded",
    what
  )
  return refuse("not_found", message, "not_ready")
end

-- The bytes of a recording's file, where they are known. Of several files they are those of all,
-- and of the sound alone nobody says them.
local function recording_size(recording, chosen)
  local size = recording.file_size
  if chosen.audio or type(recording.download_url) ~= "string" then return nil end
  if type(size) == "string" then size = tonumber(size:match("^%d+$")) end
  return type(size) == "number" and size or nil
end

local recording_kinds = { audio = "boolean", layer = "string", file = "string" }

--- Downloads a file of a recording.
---@param resource rtk.Recordings
---@param recording_id string
---@param target any
---@param options? rtk.RecordingDownloadOptions
---@param known? rtk.Recording what is known of it
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function downloads.recording(resource, recording_id, target, options, known)
  misuse.check("recording_id", recording_id, "string")
  local what = "the options of a recording's download"
  local resolved = option.resolve(what, options, recording_kinds)
  local source = { refuses_pages = true }
  function source.renew()
    local recording, message, err = resource:get(recording_id)
    if not recording then return nil, message, err end
    source.size = recording_size(recording, resolved)
    return recording_url(recording, resolved)
  end
  if known and known.download_url and not is_expired(known.download_url_expiry) then
    source.url, source.size = recording_url(known, resolved), recording_size(known, resolved)
  end
  return download.run(resource._client._channel, source, target, resolved)
end

--- The source of a chat.
---@param resource rtk.Sessions
---@param session_id string
---@return rtk.DownloadSource
function downloads.chat_source(resource, session_id)
  return {
    refuses_pages = true,
    renew = function()
      local chat, message, err = resource:get_chat(session_id)
      return chat and chat.chat_download_url, message, err
    end,
  }
end

--- The source of a transcript.
---@param resource rtk.Sessions
---@param session_id string
---@param format? string
---@return rtk.DownloadSource
function downloads.transcript_source(resource, session_id, format)
  local query = format and { format = format } or nil
  return {
    refuses_pages = true,
    renew = function()
      local transcript, message, err = resource:get_transcript(session_id, query)
      return transcript and transcript.transcript_download_url, message, err
    end,
  }
end

--- The source of a summary.
---@param resource rtk.Sessions
---@param session_id string
---@return rtk.DownloadSource
function downloads.summary_source(resource, session_id)
  return {
    refuses_pages = true,
    renew = function()
      local summary, message, err = resource:get_summary(session_id)
      -- The API has this name in camel case.
      return summary and summary.summaryDownloadUrl, message, err
    end,
  }
end

local formats = { CSV = true, JSON = true, SRT = true, VTT = true }

local function check_format(name, value)
  if not formats[value] then misuse.raise(name .. " must be one of CSV JSON SRT VTT") end
end

local transcript_kinds = { format = check_format }

--- Checks the options for what is left of a session, and adds defaults.
---@param what string the options in messages
---@param kind "chat"|"transcript"|"summary"
---@param options? table
---@return table resolved a new table
function downloads.session_options(what, kind, options)
  return option.resolve(what, options, kind == "transcript" and transcript_kinds or nil)
end

--- Downloads the chat, the transcript or the summary of a session.
---@param resource rtk.Sessions
---@param kind "chat"|"transcript"|"summary"
---@param session_id string
---@param target any
---@param options? rtk.TranscriptDownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function downloads.of_session(resource, kind, session_id, target, options)
  misuse.check("session_id", session_id, "string")
  local what = ("the options of a %s's download"):format(kind)
  local resolved = downloads.session_options(what, kind, options)
  local source = downloads[kind .. "_source"](resource, session_id, resolved.format)
  return download.run(resource._client._channel, source, target, resolved)
end

return downloads
