-- SPDX-License-Identifier: MIT
-- Makes a page of the figures of a month: totals, charts, and tables with the same figures for
-- those who do not see charts. Also the charts alone, as one picture.

local chart = require("chart")

local page = {}

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

local STYLE = [[
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #57606a; --line: #d8dee4; --ground: #ffffff;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --ground: #0d1117; }
}
body {
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  margin: 2rem auto;
  max-width: 64rem;
  padding: 0 1.5rem;
}
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
header p, dt, caption, figcaption p { color: var(--soft); font-size: 0.85rem; margin: 0; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 1.5rem 0 2.5rem; }
dd { font-size: 1.5rem; font-weight: 600; margin: 0; }
.charts {
  display: grid;
  gap: 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
}
figure { break-inside: avoid; margin: 0; }
figcaption { margin-bottom: 0.75rem; }
figure svg { display: block; height: auto; width: 100%; }
.tables { align-items: start; display: flex; flex-wrap: wrap; gap: 2rem 4rem; margin-top: 3rem; }
.tables div { max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.5rem; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 0.2rem 0 0.2rem 1.1rem; text-align: right; }
th:first-child { padding-left: 0; text-align: left; }
tbody th { font-weight: 400; }
thead th { vertical-align: bottom; }
tr { break-inside: avoid; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  .charts { grid-template-columns: 1fr 1fr; }
}
]]

-- "9,081"
local function whole(number)
  local digits = ("%d"):format(math.floor(number + 0.5))
  return (digits:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

-- "9.0 GB" of a number of GB
local function gigabytes(number)
  local tenths = math.floor(number * 10 + 0.5)
  return ("%s.%d GB"):format(whole(math.floor(tenths / 10)), tenths % 10)
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

local function busiest(people)
  local rows = {}
  for index = 1, math.min(MOST_BARS, #people) do
    rows[index] = people[index]
  end
  return rows
end

local function people_text(people)
  local text = ("%s minutes of %s people"):format(whole(sum(people, "value")), whole(#people))
  if #people <= MOST_BARS then return text end
  return ("%s; the %d with most of them"):format(text, MOST_BARS)
end

-- What the report is about: each of them a chart.
local function topics(figures)
  local days, people = figures.days, figures.people
  local list = {
    {
      id = "sessions",
      title = "Sessions",
      values = values(days, function(day)
        return day.sessions
      end),
      format = whole,
      text = whole(sum(days, "sessions")) .. " sessions, by the day of their start",
    },
    {
      id = "people",
      title = "Participants' minutes",
      rows = busiest(people),
      format = whole,
      text = people_text(people),
    },
    {
      id = "recordings",
      title = "Recordings' size",
      values = values(days, function(day)
        return day.bytes / 1e9
      end),
      format = gigabytes,
      least = 0.1,
      text = ("%s in %s recordings"):format(
        gigabytes(sum(days, "bytes") / 1e9),
        whole(sum(days, "recordings"))
      ),
    },
    {
      id = "viewers",
      title = "Livestream viewers",
      values = values(days, average_viewers),
      format = whole,
      text = ("%s hours watched; viewers on average while a livestream was on"):format(
        whole(sum(days, "viewer_seconds") / 3600)
      ),
    },
  }
  for _, topic in ipairs(list) do
    topic.svg, topic.height = (topic.rows and chart.rows or chart.days)(topic)
  end
  return list
end

local function totals(figures)
  local days = figures.days
  return {
    { "Sessions", whole(sum(days, "sessions")) },
    { "Participants' minutes", whole(sum(days, "minutes")) },
    { "People", whole(#figures.people) },
    { "Recordings", gigabytes(sum(days, "bytes") / 1e9) },
    { "Viewer hours", whole(sum(days, "viewer_seconds") / 3600) },
  }
end

local function table_of(caption, head, rows)
  local parts = { "<div><table><caption>" .. caption .. "</caption><thead><tr>" }
  for _, name in ipairs(head) do
    parts[#parts + 1] = ('<th scope="col">%s</th>'):format(chart.escape(name))
  end
  parts[#parts + 1] = "</tr></thead>\n<tbody>"
  for _, row in ipairs(rows) do
    local cells = { ('<tr><th scope="row">%s</th>'):format(chart.escape(row[1])) }
    for index = 2, #row do
      cells[index] = ("<td>%s</td>"):format(chart.escape(row[index]))
    end
    parts[#parts + 1] = table.concat(cells) .. "</tr>"
  end
  return table.concat(parts, "\n") .. "\n</tbody></table></div>"
end

local function tables(figures, start)
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
  return table_of("By day", head, by_day)
    .. "\n"
    .. table_of("By person", { "Name", "Minutes" }, by_person)
end

local function name_of(start)
  local date = os.date("!*t", start)
  return ("Usage in %s %d"):format(MONTHS[date.month], date.year)
end

--- The page.
---@param figures table of usage.collect
---@param start integer the first second of the month
---@return string html that is XML, too
function page.html(figures, start)
  local name, parts = name_of(start), {}
  parts[1] = ([[<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>%s</title>
<style>
%s%s</style></head>
<body><header><h1>%s</h1><p>All days are those of UTC.</p></header>
<main><dl>]]):format(name, STYLE, chart.STYLE, name)
  for _, total in ipairs(totals(figures)) do
    parts[#parts + 1] = ("<div><dt>%s</dt><dd>%s</dd></div>"):format(total[1], total[2])
  end
  parts[#parts + 1] = '</dl>\n<div class="charts">'
  for _, topic in ipairs(topics(figures)) do
    local caption = "<figure><figcaption><h2>%s</h2><p>%s</p></figcaption>\n%s</figure>"
    parts[#parts + 1] =
      caption:format(chart.escape(topic.title), chart.escape(topic.text), topic.svg)
  end
  parts[#parts + 1] = '</div>\n<div class="tables">' .. tables(figures, start)
  parts[#parts + 1] = "</div></main></body></html>"
  return table.concat(parts, "\n")
end

--- The charts as one picture, two in a row.
---@param figures table of usage.collect
---@param start integer the first second of the month
---@return string svg
function page.picture(figures, start)
  return chart.sheet({ title = name_of(start), totals = totals(figures), charts = topics(figures) })
end

return page
