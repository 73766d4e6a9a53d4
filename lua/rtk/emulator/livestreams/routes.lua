-- SPDX-License-Identifier: MIT
-- Livestreams of an app and of its meetings. A meeting's livestream cannot start until the service
-- has stopped the previous session. List and details are as observed (an array, `sessions`, paging
-- beside data) or, with the option `documented`, as in the reference: one object with paging
-- inside, one `session`. The lists that only the newer reference has are as its examples show them
-- or, with that option, as it draws them: a single object in the place of the list of sessions.
-- Not in the reference, decided here: a meeting that never had a livestream is a 404, and a session
-- has the livestream sessions of its meeting that overlap with it.
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")
local lifecycle = require("rtk.emulator.livestreams.lifecycle")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")
local paging = require("rtk.emulator.http.paging")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local view = require("rtk.emulator.livestreams.view")

local fields = {
  create = field.object({ name = field.string() }),
  start = field.object({
    manual_ingest = field.boolean(),
    name = field.string(),
    video_config = field.object({ height = field.number(), width = field.number() }),
  }),
  list = field.page_query({
    end_time = field.time(),
    exclude_meetings = field.boolean(),
    -- Not DESC, as elsewhere.
    sort_order = field.string({ one_of = { "ASC", "DSC" } }),
    start_time = field.time(),
    status = field.string({ one_of = { "LIVE", "IDLE", "ERRORED", "INVOKED" } }),
  }),
  one = field.page_query(),
}

local function passes(livestream, query)
  if query.exclude_meetings and livestream.meeting_id then return false end
  if query.status and livestream.status ~= query.status then return false end
  if query.start_time and livestream.created < query.start_time then return false end
  return not query.end_time or livestream.created <= query.end_time
end

local function list(request)
  local livestreams = request.app:all("livestreams"):select(function(livestream)
    return passes(livestream, request.query)
  end)
  local oldest_first = request.query.sort_order == "ASC"
  local items, page = paging.cut(request, livestreams, view.livestream, oldest_first)
  if not request.options.documented then return response.page(items, page) end
  local data = items[1] or {}
  data.paging = page
  return response.data(data)
end

local function create(request)
  -- Cloudflare's own tools have dropped it.
  if request.options.strict == "newest" then
    return response.failure(404, "Cannot POST /livestreams")
  end
  local body = record.merge(fields.create, {}, request.body)
  local livestream = lifecycle.create(request.emulator, request.app, body)
  return response.data(view.created(livestream), 201)
end

--- One page of a livestream's sessions, and its paging.
local function cut_sessions(request, livestream)
  local sessions = request.app:all("livestream_sessions"):select(function(session)
    return session.livestream_id == livestream.id
  end)
  return paging.cut(request, sessions, livestream_sessions.view)
end

local function get(request)
  local livestream, failure = request:find("livestream")
  if not livestream then return failure end
  local items, page = cut_sessions(request, livestream)
  local data = { livestream = view.livestream(livestream, request) }
  if request.options.documented then
    data.session, data.paging = items[1], page
    return response.data(data)
  end
  data.sessions = json.array(items)
  local answer = response.data(data)
  answer.body.paging = page
  return answer
end

local function get_active_session(request)
  local livestream, failure = request:find("livestream")
  if not livestream then return failure end
  local session = livestream_sessions.current(request.app, livestream)
  if not session then
    local message = "No active livestream session found for livestream_id " .. livestream.id
    return response.failure(404, message)
  end
  local shown = livestream_sessions.view(session, request)
  if request.options.documented then
    -- Here, and only here, the reference has text.
    shown.ingest_seconds = string.format("%d", shown.ingest_seconds)
    shown.viewer_seconds = string.format("%d", shown.viewer_seconds)
  end
  return response.data({ livestream = view.livestream(livestream, request), session = shown })
end

local function get_session(request)
  local id = request.ids.livestream_session_id
  local session = request.app:all("livestream_sessions"):get(id)
  if not session then return response.failure(404, "No livestream session found with id " .. id) end
  local shown = livestream_sessions.view(session, request)
  if request.options.documented then shown.invoked_time = nil end
  return response.data(shown)
end

local function find_active(request, meeting)
  local livestream = lifecycle.of_meeting(request.app, meeting.id)
  if livestream and livestream_sessions.current(request.app, livestream) then return livestream end
  return nil, response.failure(404, "No active livestream found for meeting_id " .. meeting.id)
end

local function start_for_meeting(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local running = find_active(request, meeting)
  if running then
    local what = running.stopping and "is still stopping" or "is already in progress"
    return response.failure(400, "The livestream of the meeting " .. what)
  end
  local body = record.merge(fields.start, {}, request.body)
  local livestream = lifecycle.start(request.emulator, request.app, meeting, body)
  return response.data(view.started(livestream), 201)
end

local function get_of_meeting(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local livestream = lifecycle.of_meeting(request.app, meeting.id)
  if not livestream then
    return response.failure(404, "No livestream found for meeting_id " .. meeting.id)
  end
  local items, page = cut_sessions(request, livestream)
  if request.options.documented then
    return response.data(view.drawn(livestream, items[1], page))
  end
  local data = { livestream = view.details(livestream), sessions = json.array(items) }
  local answer = response.data(data)
  answer.body.paging = page
  return answer
end

local function list_of_session(request)
  local session, failure = request:find("session")
  if not session then return failure end
  local items, page =
    paging.cut(request, livestream_sessions.during(request.app, session), livestream_sessions.view)
  if not request.options.documented then return response.data({ data = items, paging = page }) end
  local data = items[1] or {}
  data.started_time, data.paging = nil, page
  return response.data(data)
end

local function get_active(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local livestream, none = find_active(request, meeting)
  return none or response.data(view.livestream(livestream, request))
end

local function stop_of_meeting(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local livestream, none = find_active(request, meeting)
  if not livestream then return none end
  if livestream.stopping then
    return response.failure(400, "The livestream of the meeting is still stopping")
  end
  request.emulator.clock:tick()
  lifecycle.stop(request.emulator, request.app, livestream)
  return response.data({ message = "Stopped live stream successfully" })
end

local ONE = "/livestreams/{livestream_id}"

local routes = {
  { "GET", "/livestreams", list, query = fields.list },
  { "POST", "/livestreams", create, body = fields.create },
  { "GET", "/livestreams/sessions/{livestream_session_id}", get_session },
  { "GET", ONE, get, query = fields.one },
  { "GET", ONE .. "/active-livestream-session", get_active_session },
  { "POST", "/meetings/{meeting_id}/livestreams", start_for_meeting, body = fields.start },
  { "GET", "/meetings/{meeting_id}/active-livestream", get_active },
  { "POST", "/meetings/{meeting_id}/active-livestream/stop", stop_of_meeting },
  { "GET", "/meetings/{meeting_id}/livestream", get_of_meeting, query = fields.one },
  { "GET", "/sessions/{session_id}/livestream-sessions", list_of_session, query = fields.one },
}

return { routes = routes, tasks = lifecycle.tasks }
