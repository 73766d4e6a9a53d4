-- SPDX-License-Identifier: MIT
-- Collects what was used in a month: by day, by person, in all. Days are those of UTC.

local rtk = require("rtk")

local usage = {}

local DAY = 86400

--- The first second of a month and that of the next.
---@param month string such as "2027-01"
---@return integer? start nil if it is no month
---@return integer? stop
function usage.bounds(month)
  local start = month:find("^%d%d%d%d%-%d%d$") and rtk.time(month .. "-01")
  if not start then return nil end
  local inside_next = os.date("!*t", start + 31 * DAY)
  return start, rtk.time(("%04d-%02d-01"):format(inside_next.year, inside_next.month))
end

-- The day of the month in which something began, if it is in the month.
local function day_at(days, start, text)
  return days[math.floor((rtk.time(text) - start) / DAY) + 1]
end

local function add_sessions(client, days, start, stop)
  local range =
    { start_date = os.date("!%Y-%m-%d", start), end_date = os.date("!%Y-%m-%d", stop - 1) }
  for index, day in ipairs(assert(client.analytics:daywise(range)).session_stats.day_stats) do
    days[index].sessions, days[index].minutes = day.total_sessions, day.total_session_minutes
  end
end

local function add_recordings(client, days, start, stop)
  local within = { start_time = start, end_time = stop - 1 }
  for recording in client.recordings:each(within, { prefetch = 4 }) do
    local day = day_at(days, start, recording.invoked_time)
    day.recordings = day.recordings + 1
    day.bytes = day.bytes + (tonumber(recording.file_size) or 0)
  end
end

local function add_livestreams(client, days, start, stop)
  local within = { start_time = start, end_time = stop - 1 }
  for _, figures in ipairs(assert(client.analytics:livestreams_daywise(within))) do
    local day = figures.date and day_at(days, start, figures.date:sub(1, 10))
    if day then
      day.stream_seconds = day.stream_seconds + figures.total_ingest_seconds
      day.viewer_seconds = day.viewer_seconds + figures.total_viewer_seconds
    end
  end
end

-- The people, those with most minutes first.
local function people_of(client, start, stop)
  local within, by_id, people = { start_time = start, end_time = stop - 1 }, {}, {}
  local function attendance(session)
    return assert(session:attendance())
  end
  local sessions = client.sessions:each(within, { prefetch = 4 })
  for _, present, message in rtk.map(sessions, attendance, { ordered = true }) do
    for id, person in pairs(assert(present, message)) do
      local sum = by_id[id] or { name = person.name or "?", value = 0 }
      if not by_id[id] then people[#people + 1] = sum end
      by_id[id], sum.value = sum, sum.value + person.seconds / 60
    end
  end
  table.sort(people, function(a, b)
    if a.value ~= b.value then return a.value > b.value end
    return a.name < b.name
  end)
  return people
end

--- Collects it; raises where a call fails.
---@param client rtk.Client
---@param start integer
---@param stop integer
---@return { days: table[], people: { name: string, value: number }[] }
function usage.collect(client, start, stop)
  local days = {}
  for number = 1, (stop - start) / DAY do
    days[number] = {
      sessions = 0,
      minutes = 0,
      recordings = 0,
      bytes = 0,
      stream_seconds = 0,
      viewer_seconds = 0,
    }
  end
  local functions = {}
  for index, add in ipairs({ add_sessions, add_recordings, add_livestreams }) do
    functions[index] = function()
      add(client, days, start, stop)
    end
  end
  functions[4] = function()
    return people_of(client, start, stop)
  end
  local results = rtk.gather(functions)
  for _, result in ipairs(results) do
    if not result[1] then error(result[2], 0) end
  end
  return { days = days, people = results[4][2] }
end

return usage
