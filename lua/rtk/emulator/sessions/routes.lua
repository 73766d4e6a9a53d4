-- SPDX-License-Identifier: MIT
-- Sessions of an app, active or ended. Not in the reference, decided here: the query `participants`
-- matches any id of a participant, times refer to the start of a session, and there are no breakout
-- rooms. Details stand in data itself, or in data.session with the option `documented`.
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.sessions.fields")
local json = require("rtk.emulator.util.json")
local lifecycle = require("rtk.emulator.sessions.lifecycle")
local lower = require("rtk.emulator.util.text").lower
local paging = require("rtk.emulator.http.paging")
local response = require("rtk.emulator.http.response")
local lists = require("rtk.emulator.util.lists")
local text = require("rtk.emulator.util.text")

local sessions = { tasks = lifecycle.tasks }

local function meeting_of(session, request)
  return request.app:all("meetings"):get(session.meeting_id)
end

--- A session as the API shows it.
---@param session table
---@param request rtk.emulator.Request
---@return table
function sessions.view(session, request)
  return {
    id = session.id,
    associated_id = session.meeting_id,
    created_at = clock.format(session.created),
    ended_at = session.ended and clock.format(session.ended),
    live_participants = #lifecycle.present(session),
    max_concurrent_participants = session.max_concurrent,
    meeting_display_name = meeting_of(session, request).fields.title or "",
    minutes_consumed = lifecycle.minutes(request.emulator, session),
    organization_id = request.app.id,
    started_at = clock.format(session.started),
    status = session.ended and "ENDED" or "LIVE",
    type = "meeting",
    updated_at = clock.format(session.updated),
  }
end

local function took_part(session, id)
  return session.peers:find(function(peer)
    return id == peer.id or id == peer.participant_id or id == peer.fields.custom_participant_id
  end) ~= nil
end

local function contains(session, request)
  local search = request.query.search
  return text.contains(session.id, search)
    or text.contains(session.meeting_id, search)
    or text.contains(meeting_of(session, request).fields.title, search)
end

local function passes(session, request)
  local query = request.query
  if query.associated_id and lower(query.associated_id) ~= session.meeting_id then return false end
  if query.status and (query.status == "ENDED") ~= (session.ended ~= nil) then return false end
  if query.start_time and session.started < query.start_time then return false end
  if query.end_time and session.started > query.end_time then return false end
  if query.participants and not took_part(session, query.participants) then return false end
  return not query.search or contains(session, request)
end

local function list(request)
  local selected = request.app:all("sessions"):select(function(session)
    return passes(session, request)
  end)
  if request.query.sort_by == "minutesConsumed" then
    selected = lists.sorted(selected, function(session)
      return lifecycle.minutes(request.emulator, session)
    end)
  end
  local items, page =
    paging.cut(request, selected, sessions.view, request.query.sort_order == "ASC")
  local answer = response.data({ sessions = items })
  -- The reference documents pages in the query and none in the answer.
  if not request.options.documented then answer.body.paging = page end
  return answer
end

local function get(request)
  local session, failure = request:find("session")
  if not session then return failure end
  local shown = sessions.view(session, request)
  if request.query.include_breakout_rooms then shown.breakout_rooms = json.array() end
  return response.data(request.options.documented and { session = shown } or shown)
end

sessions.routes = {
  { "GET", "/sessions", list, query = fields.list },
  { "GET", "/sessions/{session_id}", get, query = fields.get },
}

return sessions
