-- SPDX-License-Identifier: MIT
-- The active session of a meeting; 404 without one. Not in the reference, decided here: a kick or
-- mute needs at least one id, ignores ids that are not present, and is a 404 when none is.
-- Participants who were kicked may return, so the session continues for its keep-alive time.
-- Kick-all ends it at once.
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.sessions.fields")
local json = require("rtk.emulator.util.json")
local lifecycle = require("rtk.emulator.sessions.lifecycle")
local microphones = require("rtk.emulator.sessions.microphones")
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

local function view_peer(peer)
  return {
    id = peer.id,
    created_at = clock.format(peer.created),
    name = peer.fields.display_name,
    picture = peer.picture,
    updated_at = clock.format(peer.updated),
  }
end

--- The peers in the session whom a body names by either id.
local function find_peers(session, body)
  local ids, custom_ids = set_of(body.participant_ids), set_of(body.custom_participant_ids)
  if not next(ids) and not next(custom_ids) then
    return nil, response.bad_request('"participant_ids" or "custom_participant_ids" is required')
  end
  local found = session.peers:select(function(peer)
    local is_meant = ids[peer.participant_id] or custom_ids[peer.fields.custom_participant_id]
    return is_meant and not peer.left
  end)
  if found[1] then return found end
  return nil, response.failure(404, "No such participant found in the active session")
end

--- A handler that does something to each peer whom the body names.
local function to_named(action, act)
  return function(request)
    local session, failure = find(request)
    if not session then return failure end
    local found, not_found = find_peers(session, request.body)
    if not found then return not_found end
    local shown = json.array()
    for index, peer in ipairs(found) do
      act(request, session, peer)
      shown[index] = view_peer(peer)
    end
    return response.data({ action = action, participants = shown })
  end
end

local kick = to_named("kick", function(request, session, peer)
  lifecycle.leave(request.emulator, request.app, session, peer)
end)

local mute = to_named("mute", function(request, _, peer)
  microphones.mute(request.emulator, peer)
end)

local function mute_all(request)
  local session, failure = find(request)
  if not session then return failure end
  local present = lifecycle.present(session)
  for _, peer in ipairs(present) do
    microphones.mute(request.emulator, peer)
  end
  session.allow_unmute = request.body.allow_unmute
  return response.data({ action = "mute-all", muted_participants_count = #present })
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
    { "POST", PATH .. "/mute", mute, body = fields.mute },
    { "POST", PATH .. "/mute-all", mute_all, body = fields.mute_all },
    { "POST", PATH .. "/poll", create_poll, body = fields.poll },
  },
}
