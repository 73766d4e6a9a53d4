-- SPDX-License-Identifier: MIT
-- The active session of a meeting; 404 without one. Not in the reference, decided here: a kick
-- needs at least one id, ignores ids that are not present, and is a 404 when none is. Participants
-- who were kicked may return, so the session continues for its keep-alive time. Kick-all ends it at
-- once.
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.sessions.fields")
local json = require("rtk.emulator.util.json")
local lifecycle = require("rtk.emulator.sessions.lifecycle")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local sessions = require("rtk.emulator.sessions.routes")

local function find(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return nil, failure end
  local session = lifecycle.active(request.app, meeting.id)
  if session then return session end
  return nil, response.failure(404, "No active session found for meeting_id " .. meeting.id)
end

local function get(request)
  local session, failure = find(request)
  return failure or response.data(sessions.view(session, request))
end

--- The ids of a list that may be absent or null, as a set.
local function set_of(list)
  local set = {}
  for _, id in ipairs(type(list) == "table" and list or {}) do
    set[id] = true
  end
  return set
end

local function view_kicked(peer)
  return {
    id = peer.id,
    created_at = clock.format(peer.created),
    name = peer.fields.display_name,
    picture = peer.picture,
    updated_at = clock.format(peer.updated),
  }
end

--- The peers in the session whom a kick means.
local function meant(session, ids, custom_ids)
  return session.peers:select(function(peer)
    local is_meant = ids[peer.participant_id] or custom_ids[peer.fields.custom_participant_id]
    return is_meant and not peer.left
  end)
end

local function kick(request)
  local session, failure = find(request)
  if not session then return failure end
  local ids = set_of(request.body.participant_ids)
  local custom_ids = set_of(request.body.custom_participant_ids)
  if not next(ids) and not next(custom_ids) then
    return response.bad_request('"participant_ids" or "custom_participant_ids" is required')
  end
  local kicked = json.array()
  for index, peer in ipairs(meant(session, ids, custom_ids)) do
    lifecycle.leave(request.emulator, request.app, session, peer)
    kicked[index] = view_kicked(peer)
  end
  if #kicked == 0 then
    return response.failure(404, "No such participant found in the active session")
  end
  return response.data({ action = "kick", participants = kicked })
end

local function kick_all(request)
  local session, failure = find(request)
  if not session then return failure end
  local count = #lifecycle.present(session)
  lifecycle.finish(request.emulator, request.app, session, "HOST_ENDED_MEETING")
  return response.data({ action = "kick-all", kicked_participants_count = count })
end

local function create_poll(request)
  local session, failure = find(request)
  if not session then return failure end
  local body, options = request.body, json.array()
  if #body.options == 0 then
    return response.bad_request('"options" must contain at least 1 item')
  end
  for index, option in ipairs(body.options) do
    options[index] = { count = 0, text = option, votes = json.array() }
  end
  local poll = record.new(request.emulator, {
    anonymous = body.anonymous == true,
    created_by = request.app.id,
    hide_votes = body.hide_votes == true,
    options = options,
    question = body.question,
    voted = json.array(),
  })
  table.insert(session.polls, poll)
  local shown = record.view(poll)
  shown.created_at, shown.updated_at = nil, nil
  return response.data({ action = "poll", poll = shown }, 201)
end

local PATH = "/meetings/{meeting_id}/active-session"

return {
  routes = {
    { "GET", PATH, get },
    { "POST", PATH .. "/kick", kick, body = fields.kick },
    { "POST", PATH .. "/kick-all", kick_all },
    { "POST", PATH .. "/poll", create_poll, body = fields.poll },
  },
}
