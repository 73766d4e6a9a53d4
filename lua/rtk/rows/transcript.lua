-- SPDX-License-Identifier: MIT
-- Rows of a transcript: CSV without a header, or with one; JSON; subtitles.

local columns = require("rtk.rows.columns")
local fields = require("rtk.rows.fields")
local json_array = require("rtk.rows.json_array")
local subtitles = require("rtk.rows.subtitles")

---@class rtk.TranscriptRow one sentence of a transcript
---@field start_time number seconds from the start of the session; since 1970 if it is dated
---@field end_time? number likewise; CSV has none
---@field is_dated boolean whether the file has dates in place of times from the start
---@field text string
---@field display_name? string of the one who spoke; of subtitles what stands before the first colon
---@field peer_id? string subtitles have no ids
---@field user_id? string the participant's id in the meeting
---@field custom_participant_id? string
---@field joined_at? number seconds since 1970; only JSON has it
---@field left_at? number seconds since 1970; only JSON has it
---@field other? table<string|integer, any> what the file has beyond these, by its names

local transcript = { name = "transcript" }

local ORDER = {
  "start_time",
  "peer_id",
  "user_id",
  "custom_participant_id",
  "display_name",
  "text",
}

local KNOWN = {
  starttime = "start_time",
  timestamp = "start_time",
  endtime = "end_time",
  peerid = "peer_id",
  -- In the guide of the service's predecessor.
  participantid = "peer_id",
  userid = "user_id",
  customparticipantid = "custom_participant_id",
  displayname = "display_name",
  participantname = "display_name",
  sentence = "text",
  text = "text",
  transcript = "text",
  peerdata = "peer",
}

-- The fields of peerData.
local KNOWN_OF_PEER = {
  id = "peer_id",
  userid = "user_id",
  cpi = "custom_participant_id",
  displayname = "display_name",
  joinedat = "joined_at",
  leftat = "left_at",
}

local function row_of(found, other)
  local start_time, is_dated = fields.time(found.start_time)
  if not start_time then
    local is_absent = fields.text(found.start_time) == nil
    return nil, is_absent and "it has no start" or "its start is no time"
  end
  local end_time = fields.time(found.end_time)
  if fields.text(found.end_time) and not end_time then return nil, "its end is no time" end
  return {
    start_time = start_time,
    end_time = end_time,
    is_dated = is_dated,
    text = fields.text(found.text) or "",
    display_name = fields.text(found.display_name),
    peer_id = fields.text(found.peer_id),
    user_id = fields.text(found.user_id),
    custom_participant_id = fields.text(found.custom_participant_id),
    joined_at = fields.moment(found.joined_at),
    left_at = fields.moment(found.left_at),
    other = other,
  }
end

--- Readers of rows, by the format of the file: each returns a row, nil at the end, or nil and why
--- the row cannot be read.
---@type table<string, fun(source: rtk.rows.Source): fun(): rtk.TranscriptRow?, string?>
transcript.readers = {}

function transcript.readers.csv(source)
  return columns.rows(source, KNOWN, ORDER, row_of)
end

local function row_of_object(object)
  local found, other = fields.sort(object, KNOWN)
  local peer = found.peer
  if type(peer) == "table" then
    local _, other_of_peer = fields.sort(peer, KNOWN_OF_PEER, found)
    if other_of_peer then
      other = other or {}
      other.peerData = other_of_peer
    end
  end
  return row_of(found, other)
end

function transcript.readers.json(source)
  return json_array.rows(source, row_of_object)
end

local function read_subtitles(source, format)
  local cues = subtitles.new(source, format)
  return function()
    local row, reason = cues:next()
    if not row then return nil, reason end
    row.is_dated = false
    return row
  end
end

function transcript.readers.srt(source)
  return read_subtitles(source, "srt")
end

function transcript.readers.vtt(source)
  return read_subtitles(source, "vtt")
end

return transcript
