-- SPDX-License-Identifier: MIT
-- Who is in a meeting, and how long people were in a session.
--
-- The service has one record for each time that someone joins. A person may be there with two
-- devices at once, or come back.

local array = require("rtk.array")
local error_as_success = require("rtk.attempts.error_as_success")
local response = require("rtk.values.response")
local steps = require("rtk.resources.ensure.steps")
local time = require("rtk.time")

---@class rtk.Attendance
---@field id string the custom_participant_id, or the user_id where there is none
---@field custom_participant_id? string
---@field user_id? string the participant's id in the meeting
---@field name? string
---@field seconds number times in which they were there twice count once
---@field joins integer how often they joined, with any device
---@field joined_at? number the first time, in seconds since 1970
---@field left_at? number the last time, in seconds since 1970; nil for someone who is there
---@field is_present boolean

local attendance = {}

local MINUTE = 60 -- seconds

local function has_not_left(participant)
  return participant.left_at == nil
end

--- See rtk.Meetings.present.
---@param meetings rtk.Meetings
---@param meeting_id string
---@param options? rtk.CallOptions
---@return rtk.SessionParticipant[]? participants, string? message, rtk.Error? err
function attendance.present(meetings, meeting_id, options)
  local client = meetings._client
  local job = steps.new(client, options)
  local session, message, err = client.active_session:find(meeting_id, nil, job:options())
  if session == nil then return nil, message, err end
  if not session then return array.new() end
  local found
  found, message, err =
    client.sessions:_collect_participants(session.id, has_not_left, job:options())
  if found then return array.new(found) end
  if error_as_success.is_absence(err) then return array.new() end
  return nil, message, err
end

local function is_text(value)
  return type(value) == "string" and value ~= ""
end

local function person_of(people, record)
  local custom, user = record.custom_participant_id, record.user_id
  local id = is_text(custom) and custom or is_text(user) and user or record.id
  local person = people[id]
  if not person then
    person = { id = id, seconds = 0, joins = 0, is_present = false, _stays = {} }
    people[id] = person
  end
  person.custom_participant_id = person.custom_participant_id or custom
  person.user_id = person.user_id or user
  person.name = person.name or record.display_name
  return person
end

-- Adds one record; `now` is where the stays of those end who have not left.
local function add(people, record, now, is_live)
  local person = person_of(people, record)
  local joined = is_text(record.joined_at) and time.parse(record.joined_at)
  local left = is_text(record.left_at) and time.parse(record.left_at)
  person.joins = person.joins + 1
  person.is_present = person.is_present or not left and is_live
  if joined then
    table.insert(person._stays, { from = joined, to = math.max(joined, left or now) })
  elseif type(record.duration) == "number" then
    person.seconds = person.seconds + record.duration * MINUTE
  end
end

-- Adds up stays, of which some may overlap.
local function finish(person)
  local stays, seconds, latest = person._stays, person.seconds, -math.huge
  person._stays = nil
  table.sort(stays, function(a, b)
    return a.from < b.from
  end)
  for _, stay in ipairs(stays) do
    seconds = seconds + math.max(0, stay.to - math.max(stay.from, latest))
    latest = math.max(latest, stay.to)
  end
  -- Milliseconds, which the dates of the service have.
  person.seconds = math.floor(seconds * 1000 + 0.5) / 1000
  person.joined_at = stays[1] and stays[1].from
  person.left_at = stays[1] and not person.is_present and latest or nil
end

-- The time until which those were there who have not left, and whether they still are.
local function end_of(sessions, session_id, records, job)
  local some_have_not_left = false
  for _, record in ipairs(records) do
    some_have_not_left = some_have_not_left or has_not_left(record)
  end
  if not some_have_not_left then return 0, false end
  local session, message, err = sessions:get(session_id, nil, job:options())
  if not session then return nil, message, err end
  local ended = is_text(session.ended_at) and time.parse(session.ended_at)
  if ended then return ended, false end
  return response.time_of(session), session.status ~= "ENDED"
end

--- See rtk.Sessions.attendance.
---@param sessions rtk.Sessions
---@param session_id string
---@param options? rtk.CallOptions
---@return table<string, rtk.Attendance>? people, string? message, rtk.Error? err
function attendance.of_session(sessions, session_id, options)
  local job = steps.new(sessions._client, options)
  local records, message, err = sessions:_collect_participants(session_id, function()
    return true
  end, job:options())
  if not records then return nil, message, err end
  local now, is_live, failure = end_of(sessions, session_id, records, job)
  if not now then return nil, is_live, failure end
  local people = {}
  for _, record in ipairs(records) do
    add(people, record, now, is_live)
  end
  for _, person in pairs(people) do
    finish(person)
  end
  return people
end

return attendance
