-- SPDX-License-Identifier: MIT
-- Participants of a meeting: those who may join. Adding, editing, replacing and refreshing a
-- participant returns a token; list and get never show it.
--
-- The reference does not define a second participant with the same custom_participant_id. The
-- option duplicate_participants decides: "create" another one, "conflict" (409), or "reuse" the
-- first. A PUT with the custom_participant_id of another participant is a 409 unless there may be
-- several.
local fields = require("rtk.emulator.meetings.fields")
local json = require("rtk.emulator.util.json")
local collection = require("rtk.emulator.state.collection")
local clock = require("rtk.emulator.state.clock")
local paging = require("rtk.emulator.http.paging")
local presets = require("rtk.emulator.presets.routes")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local token = require("rtk.emulator.meetings.token")

--- The current name of the preset, which may have been renamed.
local function preset_name(participant, request)
  local preset = request.app:all("presets"):get(participant.preset_id)
  return preset and preset.fields.name or participant.fields.preset_name
end

local function view(participant, request)
  local shown = record.view(participant)
  shown.preset_name = preset_name(participant, request)
  if not request.options.documented then
    shown.name = shown.name or json.null
    shown.picture = shown.picture or json.null
  end
  return shown
end

local function new_token(meeting, participant, request)
  return token.new(request.emulator, {
    orgId = request.app.id,
    meetingId = meeting.id,
    participantId = participant.id,
    presetId = participant.preset_id,
  })
end

local function view_with_token(meeting, participant, request)
  local shown = view(participant, request)
  shown.token = new_token(meeting, participant, request)
  return shown
end

local function participants_of(meeting)
  meeting.participants = meeting.participants or collection.new()
  return meeting.participants
end

local function find(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return nil, nil, failure end
  local participant = participants_of(meeting):get(request.ids.participant_id)
  if participant then return meeting, participant end
  return nil, nil, response.failure(404, "No user found with id " .. request.ids.participant_id)
end

local function find_preset(request, name)
  local preset = presets.find_by_name(request.app, name)
  if preset then return preset end
  return nil, response.failure(404, "No preset found with name " .. name)
end

local function find_duplicate(request, meeting)
  if request.options.duplicate_participants == "create" then return nil end
  return participants_of(meeting):find(function(participant)
    return participant.fields.custom_participant_id == request.body.custom_participant_id
  end)
end

local function conflict()
  return response.failure(409, "A participant with this custom_participant_id already exists")
end

local function list(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  return response.page(paging.cut(request, participants_of(meeting):select(), view))
end

--- Applies an add request to the participant that has the same custom id.
local function reuse(request, meeting, participant, preset)
  if request.options.duplicate_participants == "conflict" then return conflict() end
  local merged = record.merge(fields.add_participant, participant.fields, request.body)
  participant.preset_id = preset.id
  record.update(request.emulator, participant, merged)
  return response.data(view_with_token(meeting, participant, request), 201)
end

local function add(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local preset, no_preset = find_preset(request, request.body.preset_name)
  if not preset then return no_preset end
  local duplicate = find_duplicate(request, meeting)
  if duplicate then return reuse(request, meeting, duplicate, preset) end
  local participant =
    record.new(request.emulator, record.merge(fields.add_participant, {}, request.body))
  participant.preset_id = preset.id
  participants_of(meeting):add(participant)
  return response.data(view_with_token(meeting, participant, request), 201)
end

local function get(request)
  local _, participant, failure = find(request)
  return failure or response.data(view(participant, request))
end

local function update(request)
  local meeting, participant, failure = find(request)
  if not participant then return failure end
  -- A null leaves the preset as it is.
  if (request.body.preset_name or json.null) ~= json.null then
    local preset, no_preset = find_preset(request, request.body.preset_name)
    if not preset then return no_preset end
    participant.preset_id = preset.id
  end
  local merged = record.merge(fields.add_participant, participant.fields, request.body)
  record.update(request.emulator, participant, merged)
  return response.data(view_with_token(meeting, participant, request))
end

local function replace(request)
  local meeting, participant, failure = find(request)
  if not participant then return failure end
  local preset, no_preset = find_preset(request, request.body.preset_name)
  if not preset then return no_preset end
  local duplicate = find_duplicate(request, meeting)
  if duplicate and duplicate ~= participant then return conflict() end
  participant.preset_id = preset.id
  local body = record.merge(fields.add_participant, {}, request.body)
  record.update(request.emulator, participant, body)
  return response.data(view_with_token(meeting, participant, request))
end

local function delete(request)
  local meeting, participant, failure = find(request)
  if not participant then return failure end
  participants_of(meeting):remove(participant)
  request.emulator.clock:tick()
  return response.data({
    created_at = clock.format(participant.created),
    custom_participant_id = participant.fields.custom_participant_id,
    preset_id = participant.preset_id,
    updated_at = clock.format(participant.updated),
  })
end

local function refresh_token(request)
  local meeting, participant, failure = find(request)
  if not participant then return failure end
  return response.data({ token = new_token(meeting, participant, request) })
end

local ALL = "/meetings/{meeting_id}/participants"
local ONE = ALL .. "/{participant_id}"

return {
  routes = {
    { "GET", ALL, list, query = fields.list_participants },
    { "POST", ALL, add, body = fields.add_participant },
    { "GET", ONE, get },
    { "PATCH", ONE, update, body = fields.update_participant, partial = true },
    { "PUT", ONE, replace, body = fields.add_participant },
    { "DELETE", ONE, delete },
    { "POST", ONE .. "/token", refresh_token },
  },
}
