-- SPDX-License-Identifier: MIT
-- Participants of a session: its peers. The list ignores `view`, which concerns breakout rooms; the
-- emulator has none. The search compares names and ids. Statistics are in the peer report; with the
-- option `documented` they are in the details of a participant too.
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.sessions.fields")
local json = require("rtk.emulator.util.json")
local paging = require("rtk.emulator.http.paging")
local peers = require("rtk.emulator.sessions.peers")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local session_stats = require("rtk.emulator.sessions.stats")
local lists = require("rtk.emulator.util.lists")
local text = require("rtk.emulator.util.text")

local FILTERS = {
  device_info = true,
  events = true,
  ip_information = true,
  precall_network_information = true,
  quality_stats = true,
}

local function view(peer, request)
  local shown = record.view(peer)
  shown.duration = clock.minutes(peers.milliseconds(request.emulator, peer))
  shown.joined_at = clock.format(peer.joined)
  shown.left_at = peer.left and clock.format(peer.left)
  shown.user_id = peer.participant_id
  if request.query.include_peer_events then shown.peer_events = json.array(peer.events) end
  return shown
end

local function matches(peer, search)
  return text.contains(peer.fields.display_name, search)
    or text.contains(peer.fields.custom_participant_id, search)
    or text.contains(peer.participant_id, search)
    or text.contains(peer.id, search)
end

local function list(request)
  local session, failure = request:find("session")
  if not session then return failure end
  local query = request.query
  local found = session.peers:select(query.search and function(peer)
    return matches(peer, query.search)
  end)
  if query.sort_by == "duration" then
    found = lists.sorted(found, function(peer)
      return peers.milliseconds(request.emulator, peer)
    end)
  end
  local items, page = paging.cut(request, found, view, query.sort_order == "ASC")
  return response.data({ participants = items, paging = page })
end

--- The requested parts of the statistics; all by default.
local function read_filters(request)
  local given = request.query.filters
  if not given then return FILTERS end
  local wanted = {}
  for name in (given .. ","):gmatch("([^,]*),") do
    if not FILTERS[name] then
      return nil, response.bad_request('"filters" must be a list of known filters without spaces')
    end
    wanted[name] = true
  end
  return wanted
end

local function no_participant(id)
  return response.failure(404, "No participant found with id " .. id)
end

--- Adds the requested statistics.
local function put_stats(shown, stats, wanted)
  for name, value in pairs(stats) do
    if name == "peer_stats" then
      for part in pairs(value) do
        if FILTERS[part] and not wanted[part] then value[part] = nil end
      end
    end
    if name ~= "quality_stats" or wanted.quality_stats then shown[name] = value end
  end
  return shown
end

local function get(request)
  local session, failure = request:find("session")
  if not session then return failure end
  local wanted, bad_filters = read_filters(request)
  if not wanted then return bad_filters end
  local peer = session.peers:get(request.ids.participant_id)
  if not peer then return no_participant(request.ids.participant_id) end
  local shown = view(peer, request)
  if request.options.documented then
    shown = put_stats(shown, session_stats.of_participant(peer, request.emulator), wanted)
  end
  return response.data({ participant = shown })
end

local function get_report(request)
  local wanted, bad_filters = read_filters(request)
  if not wanted then return bad_filters end
  local id, peer = request.ids.peer_id, nil
  request.app:all("sessions"):find(function(session)
    peer = session.peers:get(id)
    return peer
  end)
  if not peer then return no_participant(id) end
  local stats = session_stats.of_report(peer, request)
  local shown = put_stats(view(peer, request), stats, wanted)
  shown.session_id, shown.preset_name, shown.role = peer.session_id, nil, peer.fields.preset_name
  return response.data({ participant = shown })
end

local ALL = "/sessions/{session_id}/participants"

return {
  routes = {
    { "GET", ALL, list, query = fields.participants },
    { "GET", ALL .. "/{participant_id}", get, query = fields.participant },
    { "GET", "/sessions/peer-report/{peer_id}", get_report, query = fields.participant },
  },
}
