-- SPDX-License-Identifier: MIT
-- Analytics of an app: sessions and recordings by day, livestreams in total and by day, computed
-- from the state. A session or recording counts on the UTC day of its start, with its minutes so
-- far; a livestream session at its invocation, with its seconds so far. The total counts
-- livestreams, the days count sessions, as the reference words it. Livestream days without sessions
-- are left out; other days are not. The newer reference names `filters` without defining them; they
-- are ignored.
local clock = require("rtk.emulator.state.clock")
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")
local session_lifecycle = require("rtk.emulator.sessions.lifecycle")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")
local response = require("rtk.emulator.http.response")

-- ISO 8601 in one reference, Unix seconds in the newer one.
local MOMENT = field.time({ unix = true })

local fields = {
  daywise = field.object({ end_date = field.string(), start_date = field.string() }),
  livestreams = field.object({ end_time = MOMENT, start_time = MOMENT }),
}

local MS_PER_DAY = 86400 * 1000
local DEFAULT_DAYS = 30
local MOST_DAYS = 3660

local function day_of(milliseconds)
  return math.floor(milliseconds / MS_PER_DAY)
end

local function day_name(day)
  return clock.format(day * MS_PER_DAY):sub(1, 10)
end

--- The day that a date of the query names, or the default.
local function read_day(request, name, default)
  local date = request.query[name]
  if not date then return default end
  local at = date:find("^%d%d%d%d%-%d%d%-%d%d$") and clock.parse(date)
  if at then return day_of(at) end
  return nil, response.bad_request('"' .. name .. '" must be in YYYY-MM-DD format')
end

local function read_range(request)
  local last, failure = read_day(request, "end_date", day_of(request.emulator.clock:now()))
  if not last then return nil, nil, failure end
  local first
  first, failure = read_day(request, "start_date", last - DEFAULT_DAYS)
  if not first then return nil, nil, failure end
  if first > last then
    return nil, nil, response.bad_request('"start_date" must not be after "end_date"')
  end
  if last - first > MOST_DAYS then
    return nil, nil, response.bad_request('"start_date" must not be that far from "end_date"')
  end
  return first, last
end

--- Counts and minutes of each day and in all; `measure` gives a record's start and minutes.
local function sum_up(records, first, last, measure)
  local counts, minutes, total_count, total_minutes = {}, {}, 0, 0
  for _, record in ipairs(records) do
    local at, length = measure(record)
    local day = day_of(at)
    if day >= first and day <= last then
      counts[day] = (counts[day] or 0) + 1
      minutes[day] = (minutes[day] or 0) + length
      total_count, total_minutes = total_count + 1, total_minutes + length
    end
  end
  return counts, minutes, total_count, total_minutes
end

local function round(minutes)
  return clock.minutes(minutes * 60000)
end

local function day_stats(first, last, counts, minutes, what)
  local days = json.array()
  for day = first, last do
    days[#days + 1] = {
      day = day_name(day),
      ["total_" .. what .. "_minutes"] = round(minutes[day] or 0),
      ["total_" .. what .. "s"] = counts[day] or 0,
    }
  end
  return days
end

local function session_stats(request, first, last)
  local sessions = request.app:all("sessions"):select()
  local counts, minutes, count, total = sum_up(sessions, first, last, function(session)
    return session.started, session_lifecycle.minutes(request.emulator, session)
  end)
  return {
    day_stats = day_stats(first, last, counts, minutes, "session"),
    sessions_count = count,
    sessions_minutes_consumed = round(total),
  }
end

--- Minutes that a recording has recorded: the runs that are over and the one in progress.
local function recording_minutes(recording, now)
  local run = recording.run_since and now - recording.run_since or 0
  return clock.minutes((recording.recorded or 0) + run)
end

local function recording_stats(request, first, last)
  local recordings = request.app:all("recordings"):select()
  local counts, minutes, count, total = sum_up(recordings, first, last, function(recording)
    return recording.created, recording_minutes(recording, request.emulator.clock:now())
  end)
  return {
    day_stats = day_stats(first, last, counts, minutes, "recording"),
    recording_count = count,
    recording_minutes_consumed = round(total),
  }
end

local function daywise(request)
  local first, last, failure = read_range(request)
  if not first then return failure end
  return response.data({
    recording_stats = recording_stats(request, first, last),
    session_stats = session_stats(request, first, last),
  })
end

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
  local streamed = livestream_sessions.streamed(request.emulator, session)
  local viewed = livestream_sessions.viewed(request.emulator, session)
  figures.total_ingest_seconds = figures.total_ingest_seconds + math.floor(streamed / 1000)
  figures.total_viewer_seconds = figures.total_viewer_seconds + math.floor(viewed / 1000)
end

local function livestream_overall(request)
  local figures, seen = new_figures(), {}
  for _, session in ipairs(select_sessions(request)) do
    if not seen[session.livestream_id] then figures.count = figures.count + 1 end
    seen[session.livestream_id] = true
    add(request, figures, session)
  end
  return response.data(figures)
end

local function livestream_daywise(request)
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
  return response.data(days)
end

return {
  routes = {
    { "GET", "/analytics/daywise", daywise, query = fields.daywise },
    {
      "GET",
      "/analytics/livestreams/overall",
      livestream_overall,
      query = fields.livestreams,
    },
    {
      "GET",
      "/analytics/livestreams/daywise",
      livestream_daywise,
      query = fields.livestreams,
    },
  },
}
