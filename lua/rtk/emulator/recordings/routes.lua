-- SPDX-License-Identifier: MIT
-- Recordings of meetings, of pages by URL, and of single tracks. A meeting has one recording at a
-- time unless the request allows more; tracks are recorded in addition and need a live session.
local lists = require("rtk.emulator.util.lists")
local fields = require("rtk.emulator.recordings.fields")
local lifecycle = require("rtk.emulator.recordings.lifecycle")
local lower = require("rtk.emulator.util.text").lower
local paging = require("rtk.emulator.http.paging")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local room = require("rtk.emulator.meetings.room")
local text = require("rtk.emulator.util.text")
local view = require("rtk.emulator.recordings.view")

local MAX_USER_IDS = 100

local NOT_IN_PROGRESS = "The recording is not in progress"

local function matches(request, recording, search)
  local meeting = recording.meeting_id and request.app:all("meetings"):get(recording.meeting_id)
  return text.contains(recording.meeting_id, search)
    or text.contains(meeting and meeting.fields.title, search)
end

local function passes(request, recording)
  local query = request.query
  if query.meeting_id and recording.meeting_id ~= lower(query.meeting_id) then return false end
  if query.status and not lists.contains(query.status, recording.status) then return false end
  if query.start_time and recording.created < query.start_time then return false end
  if query.end_time and recording.created > query.end_time then return false end
  if query.expired ~= nil and query.expired ~= view.is_expired(request.emulator, recording) then
    return false
  end
  return not query.search or matches(request, recording, query.search)
end

local function list(request)
  local recordings = request.app:all("recordings"):select(function(recording)
    return passes(request, recording)
  end)
  local oldest_first = request.query.sort_order == "ASC"
  return response.page(paging.cut(request, recordings, view.in_list, oldest_first))
end

local function find_meeting(request, id)
  local meeting = request.app:all("meetings"):get(lower(id))
  if meeting then return meeting end
  return nil, response.failure(404, "No meeting found with id " .. id)
end

local function start(request)
  local body = record.merge(fields.start, {}, request.body)
  if not body.meeting_id and not body.url then
    return response.bad_request('"value" must contain at least one of [meeting_id, url]')
  end
  local given = { fields = body, reason = "API_CALL" }
  if body.meeting_id then
    local meeting, failure = find_meeting(request, body.meeting_id)
    if not meeting then return failure end
    if not body.allow_multiple_recordings and lifecycle.find_active(request.app, meeting.id) then
      return response.failure(
        409,
        "A recording is already in progress for meeting_id " .. meeting.id
      )
    end
    given.meeting, given.session = meeting, room.session(request.app, meeting.id)
  end
  local recording = lifecycle.start(request.emulator, request.app, given)
  return response.data(view.full(recording, request), 201)
end

--- The first layer in alphabetical order gives the prefix of the file name.
local function track_fields(body)
  local name = lists.sorted_keys(body.layers or {})[1]
  local first = name and body.layers[name] or {}
  return {
    file_name_prefix = first.file_name_prefix,
    layers = body.layers,
    max_seconds = body.max_seconds,
    user_ids = body.user_ids,
  }
end

local function start_track(request)
  local body = record.merge(fields.track, {}, request.body)
  if body.user_ids and #body.user_ids > MAX_USER_IDS then
    return response.bad_request(
      '"user_ids" must contain less than or equal to ' .. MAX_USER_IDS .. " items"
    )
  end
  local meeting, failure = find_meeting(request, body.meeting_id)
  if not meeting then return failure end
  local session = room.session(request.app, meeting.id)
  if not session then
    return response.failure(404, "No active session found for meeting_id " .. meeting.id)
  end
  local recording = lifecycle.start(request.emulator, request.app, {
    fields = track_fields(body),
    is_track = true,
    meeting = meeting,
    reason = "API_CALL",
    session = session,
  })
  return response.data({ recording = view.full(recording, request) }, 201)
end

local function get(request)
  local recording, failure = request:find("recording")
  return failure or response.data(view.full(recording, request))
end

local function get_active(request)
  local meeting_id = request.ids.meeting_id
  local recording = lifecycle.find_active(request.app, meeting_id)
  if recording then return response.data(view.brief(recording, request)) end
  return response.failure(404, "No active recording found for meeting_id " .. meeting_id)
end

local actions = {}

function actions.stop(request, recording)
  lifecycle.stop(request.emulator, request.app, recording, "API_CALL")
end

function actions.pause(request, recording)
  if recording.status == "PAUSED" then return "The recording is already paused" end
  if recording.status ~= "RECORDING" then return NOT_IN_PROGRESS end
  lifecycle.pause(request.emulator, request.app, recording)
end

function actions.resume(request, recording)
  if recording.status == "RECORDING" then return "The recording is not paused" end
  if recording.status ~= "PAUSED" then return NOT_IN_PROGRESS end
  lifecycle.resume(request.emulator, request.app, recording)
end

local function act(request)
  local recording, failure = request:find("recording")
  if not recording then return failure end
  request.emulator.clock:tick()
  local complaint = NOT_IN_PROGRESS
  if lifecycle.is_active(recording) then
    complaint = actions[request.body.action](request, recording)
  end
  if complaint then return response.failure(400, complaint) end
  return response.data(view.full(recording, request))
end

local routes = {
  { "GET", "/recordings", list, query = fields.list },
  { "POST", "/recordings", start, body = fields.start, newest = fields.newest_start },
  { "POST", "/recordings/track", start_track, body = fields.track, newest = fields.newest_track },
  { "GET", "/recordings/active-recording/{meeting_id}", get_active },
  { "GET", "/recordings/{recording_id}", get },
  { "PUT", "/recordings/{recording_id}", act, body = fields.act },
}

return { routes = routes, tasks = lifecycle.tasks }
