-- SPDX-License-Identifier: MIT
-- Figures about livestreams, computed from their sessions. A session counts for the time when it
-- was invoked, with all its seconds so far. In total the livestreams are counted, by day the
-- sessions, as the reference words it; days without any are left out. The `filters` that the newer
-- reference names without saying what they are, are ignored.
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.livestreams.fields")
local json = require("rtk.emulator.util.json")
local livestream_session = require("rtk.emulator.livestreams.sessions")
local reply = require("rtk.emulator.http.reply")

local function select_sessions(request)
  local query = request.query
  return request.app:all("livestream_sessions"):select(function(session)
    if query.start_time and session.created < query.start_time then return false end
    return not query.end_time or session.created <= query.end_time
  end)
end

local function new_figures()
  return { count = 0, total_ingest_seconds = 0, total_viewer_seconds = 0 }
end

local function add(request, figures, session)
  local streamed = livestream_session.streamed(request.emulator, session)
  local viewed = livestream_session.viewed(request.emulator, session)
  figures.total_ingest_seconds = figures.total_ingest_seconds + math.floor(streamed / 1000)
  figures.total_viewer_seconds = figures.total_viewer_seconds + math.floor(viewed / 1000)
end

local function overall(request)
  local figures, seen = new_figures(), {}
  for _, session in ipairs(select_sessions(request)) do
    if not seen[session.livestream_id] then figures.count = figures.count + 1 end
    seen[session.livestream_id] = true
    add(request, figures, session)
  end
  return reply.data(figures)
end

local function daywise(request)
  local days = json.array()
  for _, session in ipairs(select_sessions(request)) do
    local date = clock.format(session.created):sub(1, 10)
    local day = days[#days]
    if not day or day.date ~= date then
      day = new_figures()
      day.date = date
      days[#days + 1] = day
    end
    day.count = day.count + 1
    add(request, day, session)
  end
  return reply.data(days)
end

return {
  routes = {
    { "GET", "/analytics/livestreams/overall", overall, query = fields.figures },
    { "GET", "/analytics/livestreams/daywise", daywise, query = fields.figures },
  },
}
