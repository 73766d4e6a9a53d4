-- SPDX-License-Identifier: MIT
-- Livestreams of an app and of its meetings. The list and the details are shown as observed (an
-- array, `sessions`, paging beside data) or, by option `documented`, as the reference draws them:
-- one object with paging inside, one `session`.
local fields = require("rtk.emulator.livestreams.fields")
local finder = require("rtk.emulator.http.finder")
local json = require("rtk.emulator.util.json")
local life = require("rtk.emulator.livestreams.lifecycle")
local livestream_session = require("rtk.emulator.livestreams.sessions")
local merge = require("rtk.emulator.http.merge")
local page = require("rtk.emulator.http.paging")
local reply = require("rtk.emulator.http.reply")
local room = require("rtk.emulator.sessions.room")
local view = require("rtk.emulator.livestreams.view")

local M = { tasks = life.tasks }

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
  local items, paging = page.cut(request, livestreams, view.livestream, oldest_first)
  if not request.options.documented then return reply.page(items, paging) end
  local data = items[1] or {}
  data.paging = paging
  return reply.data(data)
end

local function create(request)
  local body = merge(fields.create, {}, request.body)
  local livestream = life.create(request.emulator, request.app, body)
  return reply.data(view.created(livestream), 201)
end

local find = finder("livestream")

local function get(request)
  local livestream, refusal = find(request)
  if not livestream then return refusal end
  local sessions = request.app:all("livestream_sessions"):select(function(session)
    return session.livestream_id == livestream.id
  end)
  local items, paging = page.cut(request, sessions, livestream_session.view)
  local data = { livestream = view.livestream(livestream, request) }
  if request.options.documented then
    data.session, data.paging = items[1], paging
    return reply.data(data)
  end
  data.sessions = json.array(items)
  local answer = reply.data(data)
  answer.body.paging = paging
  return answer
end

local function get_active_session(request)
  local livestream, refusal = find(request)
  if not livestream then return refusal end
  local session = livestream_session.current(request.app, livestream)
  if not session then
    local message = "No active livestream session found for livestream_id " .. livestream.id
    return reply.failure(404, message)
  end
  local shown = livestream_session.view(session, request)
  if request.options.documented then
    -- Here, and only here, the reference has text.
    shown.ingest_seconds = string.format("%d", shown.ingest_seconds)
    shown.viewer_seconds = string.format("%d", shown.viewer_seconds)
  end
  return reply.data({ livestream = view.livestream(livestream, request), session = shown })
end

local function get_session(request)
  local id = request.ids.livestream_session_id
  local session = request.app:all("livestream_sessions"):get(id)
  if not session then return reply.failure(404, "No livestream session found with id " .. id) end
  local shown = livestream_session.view(session, request)
  if request.options.documented then shown.invoked_time = nil end
  return reply.data(shown)
end

--- To be called when a session of a meeting has started: streams it if the meeting says so.
---@param emulator table
---@param app table
---@param meeting table
function M.start_for(emulator, app, meeting)
  if not meeting.fields.live_stream_on_start then return end
  local livestream = life.of_meeting(app, meeting.id)
  if livestream and livestream_session.current(app, livestream) then return end
  life.start(emulator, app, meeting, {})
end

--- To be called when the last participant has left, or when the session has ended: the meeting's
--- livestream ends when the room has been empty for a minute.
---@param emulator table
---@param app table
---@param meeting table
function M.stop_for(emulator, app, meeting)
  room.plan(emulator, app, meeting.id, "livestreams.room_empty")
end

local ONE = "/livestreams/{livestream_id}"

M.routes = {
  { "GET", "/livestreams", list, query = fields.list },
  { "POST", "/livestreams", create, body = fields.create },
  { "GET", "/livestreams/sessions/{livestream_session_id}", get_session },
  { "GET", ONE, get, query = fields.one },
  { "GET", ONE .. "/active-livestream-session", get_active_session },
}

return M
