-- SPDX-License-Identifier: MIT
-- What the report says, from the figures of a month: its name, totals, charts and tables.

local chart = require("chart")

local contents = {}

-- English in every locale.
local MONTHS = {
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
}

-- So many people have a bar; the table has all.
local MOST_BARS = 8

-- "9,081"
local function whole(number)
  local digits = ("%d"):format(math.floor(number + 0.5))
  return (digits:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

-- "9.0 GB", "120 GB", "1.5 TB" of a number of GB
local function gigabytes(number)
  local unit = "GB"
  if number >= 1000 then
    number, unit = number / 1000, "TB"
  end
  if number >= 100 then return whole(number) .. " " .. unit end
  local tenths = math.floor(number * 10 + 0.5)
  return ("%d.%d %s"):format(math.floor(tenths / 10), tenths % 10, unit)
end

local function average_viewers(day)
  return day.stream_seconds > 0 and day.viewer_seconds / day.stream_seconds or 0
end

local function sum(days, name)
  local total = 0
  for _, day in ipairs(days) do
    total = total + day[name]
  end
  return total
end

local function values(days, f)
  local list = {}
  for index, day in ipairs(days) do
    list[index] = f(day)
  end
  return list
end

-- A chart each: what it shows, of the figures of a month.
local topics = {}

topics[1] = function(figures)
  return {
    id = "sessions",
    title = "Sessions",
    text = whole(sum(figures.days, "sessions")) .. " sessions, by the day of their start",
    format = whole,
    values = values(figures.days, function(day)
      return day.sessions
    end),
  }
end

topics[2] = function(figures)
  local people, rows = figures.people, {}
  for index = 1, math.min(MOST_BARS, #people) do
    rows[index] = people[index]
  end
  local text = ("%s minutes of %s people"):format(whole(sum(people, "value")), whole(#people))
  if #people > #rows then text = ("%s; the %d with most of them"):format(text, #rows) end
  local title = "Participants' minutes"
  return { id = "people", title = title, text = text, format = whole, rows = rows }
end

topics[3] = function(figures)
  local size, count = sum(figures.days, "bytes") / 1e9, sum(figures.days, "recordings")
  return {
    id = "recordings",
    title = "Recordings' size",
    text = ("%s in %s recordings"):format(gigabytes(size), whole(count)),
    format = gigabytes,
    least = 0.1,
    values = values(figures.days, function(day)
      return day.bytes / 1e9
    end),
  }
end

topics[4] = function(figures)
  local hours = whole(sum(figures.days, "viewer_seconds") / 3600)
  return {
    id = "viewers",
    title = "Livestream viewers",
    text = hours .. " hours watched; viewers on average",
    format = whole,
    values = values(figures.days, average_viewers),
  }
end

--- A chart for each topic.
---@param figures table of usage.collect
---@return table[] charts { id, title, text, svg, height }
function contents.charts(figures)
  local charts = {}
  for index, topic in ipairs(topics) do
    local shown = topic(figures)
    shown.svg, shown.height = (shown.rows and chart.rows or chart.days)(shown)
    charts[index] = shown
  end
  return charts
end

--- Names and values.
---@param figures table of usage.collect
---@return string[][]
function contents.totals(figures)
  local days = figures.days
  return {
    { "Sessions", whole(sum(days, "sessions")) },
    { "Participants' minutes", whole(sum(days, "minutes")) },
    { "People", whole(#figures.people) },
    { "Recordings", gigabytes(sum(days, "bytes") / 1e9) },
    { "Viewer hours", whole(sum(days, "viewer_seconds") / 3600) },
  }
end

--- The same figures as the charts, and more.
---@param figures table of usage.collect
---@param start integer the first second of the month
---@return { caption: string, head: string[], rows: string[][] }[]
function contents.tables(figures, start)
  local by_day, by_person = {}, {}
  for index, day in ipairs(figures.days) do
    by_day[index] = {
      os.date("!%Y-%m-%d", start + (index - 1) * 86400),
      whole(day.sessions),
      whole(day.minutes),
      whole(day.recordings),
      gigabytes(day.bytes / 1e9),
      whole(day.stream_seconds / 60),
      whole(average_viewers(day)),
    }
  end
  for index, person in ipairs(figures.people) do
    by_person[index] = { person.name, whole(person.value) }
  end
  local head = { "Day", "Sessions", "Minutes", "Recordings", "Size", "Minutes streamed", "Viewers" }
  return {
    { caption = "By day", head = head, rows = by_day },
    { caption = "By person", head = { "Name", "Minutes" }, rows = by_person },
  }
end

--- Its name.
---@param start integer the first second of the month
---@return string
function contents.name(start)
  local date = os.date("!*t", start)
  return ("Usage in %s %d"):format(MONTHS[date.month], date.year)
end

return contents
