-- SPDX-License-Identifier: MIT
-- Events: the payload as it came, with methods that know where each kind of event has what.
--
-- The nine kinds differ: meeting.chatSynced has no meeting but the meeting's id, a recording's size
-- is text or a number, its times have two forms. Names are camelCase in events and snake_case in
-- the rest of the API. A payload may hold secrets: a stream key, download links.

local misuse = require("rtk.misuse")
local time = require("rtk.time")

---@class rtk.ReceivedEvent
---@field event string
---@field delivery rtk.Delivery
local Event = {}

local event = {}

local NAME = "rtk.ReceivedEvent"

-- By name in the payload, the name that the rest of the API has.
local recording_names = {
  recordingId = "id",
  id = "id",
  status = "status",
  type = "type",
  downloadUrl = "download_url",
  audioDownloadUrl = "audio_download_url",
  downloadUrlExpiry = "download_url_expiry",
  invokedTime = "invoked_time",
  startedTime = "started_time",
  stoppedTime = "stopped_time",
  fileSize = "file_size",
  outputFileName = "output_file_name",
  meetingId = "meeting_id",
  sessionId = "session_id",
  recordingDuration = "recording_duration",
  organizationId = "organization_id",
  stopReason = "stop_reason",
  errMessage = "err_message",
}

local participant_names = {
  peerId = "peer_id",
  userDisplayName = "name",
  clientSpecificId = "custom_participant_id",
  customParticipantId = "custom_participant_id",
  joinedAt = "joined_at",
  leftAt = "left_at",
}

-- Names that hold the same; the latter is the newer one and counts.
local preferred = { id = true, customParticipantId = true }

local numbers = { file_size = true, recording_duration = true }

local dates = {
  download_url_expiry = true,
  invoked_time = true,
  started_time = true,
  stopped_time = true,
  joined_at = true,
  left_at = true,
}

local function normalized(name, value)
  if numbers[name] then return tonumber(value) or value end
  local seconds = dates[name] and type(value) == "string" and time.parse(value)
  return seconds and time.format(seconds) or value
end

local function translated(fields, names)
  local copy = {}
  for name, value in pairs(fields) do
    local ours = names[name]
    if ours and (copy[ours] == nil or preferred[name]) then copy[ours] = normalized(ours, value) end
  end
  return copy
end

local function field(value, name)
  return type(value) == "table" and value[name] or nil
end

-- The text of a field in one of several places.
local function first_text(...)
  for index = 1, select("#", ...) do
    local value = select(index, ...)
    if type(value) == "string" and value ~= "" then return value end
  end
  return nil
end

--- The id of the meeting that the event is about.
---@return string? meeting_id
function Event:meeting_id()
  return first_text(
    field(self.meeting, "id"),
    self.meetingId,
    field(rawget(self, "recording"), "meetingId")
  )
end

--- The id of the session that the event is about.
---@return string? session_id
function Event:session_id()
  return first_text(
    field(self.meeting, "sessionId"),
    self.sessionId,
    field(rawget(self, "recording"), "sessionId")
  )
end

local function is_event(value)
  local metatable = getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__name") == NAME
end

-- event.recording is the payload's table, and event:recording() the same in the form of the rest of
-- the API, so the table can be called.
local function callable(method, fields, convert)
  if type(fields) ~= "table" then return end
  local metatable = {}
  for name, value in pairs(getmetatable(fields) or {}) do
    metatable[name] = value
  end
  function metatable.__call(_, owner)
    if not is_event(owner) then
      misuse.raise(("call event:%s with a colon, not with a dot"):format(method))
    end
    return convert(owner)
  end
  setmetatable(fields, metatable)
end

local function recording_of(self)
  local recording = translated(self.recording, recording_names)
  recording.meeting_id = recording.meeting_id or self:meeting_id()
  recording.session_id = recording.session_id or self:session_id()
  return recording
end

local function participant_of(self)
  return translated(self.participant, participant_names)
end

local function tostring_of(self)
  local delivery = self.delivery
  return ("rtk.ReceivedEvent %s, delivery %s"):format(self.event, delivery and delivery.id or "?")
end

local METHODS = { "meeting_id", "session_id" }

local methods = { __index = misuse.with_colon(Event, METHODS, "event", is_event) }

--- Makes an event of a payload.
---@param payload table decoded JSON
---@param delivery rtk.Delivery what to show as event.delivery
---@return rtk.ReceivedEvent event the same table
function event.new(payload, delivery)
  callable("recording", payload.recording, recording_of)
  callable("participant", payload.participant, participant_of)
  return setmetatable(payload, {
    __name = NAME,
    __jsontype = "object",
    __tostring = tostring_of,
    __index = setmetatable({ delivery = delivery }, methods),
  })
end

return event
