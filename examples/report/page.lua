-- SPDX-License-Identifier: MIT
-- The report as a page: totals, charts, and tables with the same figures for those who do not see
-- charts.

local chart = require("chart")
local contents = require("contents")
local style = require("style")

local page = {}

local function table_of(given)
  local parts = { "<div><table><caption>" .. given.caption .. "</caption><thead><tr>" }
  for _, name in ipairs(given.head) do
    parts[#parts + 1] = ('<th scope="col">%s</th>'):format(chart.escape(name))
  end
  parts[#parts + 1] = "</tr></thead>\n<tbody>"
  for _, row in ipairs(given.rows) do
    local cells = { ('<tr><th scope="row">%s</th>'):format(chart.escape(row[1])) }
    for index = 2, #row do
      cells[index] = ("<td>%s</td>"):format(chart.escape(row[index]))
    end
    parts[#parts + 1] = table.concat(cells) .. "</tr>"
  end
  return table.concat(parts, "\n") .. "\n</tbody></table></div>"
end

--- The page.
---@param figures table of usage.collect
---@param start integer the first second of the month
---@return string html that is XML, too
function page.html(figures, start)
  local name, parts = contents.name(start), {}
  parts[1] = ([[<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>%s</title>
<style>
%s%s</style></head>
<body><header><h1>%s</h1><p>All days are those of UTC.</p></header>
<main><dl>]]):format(name, style, chart.STYLE, name)
  for _, total in ipairs(contents.totals(figures)) do
    parts[#parts + 1] = ("<div><dt>%s</dt><dd>%s</dd></div>"):format(total[1], total[2])
  end
  parts[#parts + 1] = '</dl>\n<div class="charts">'
  for _, drawn in ipairs(contents.charts(figures)) do
    local caption = "<figure><figcaption><h2>%s</h2><p>%s</p></figcaption>\n%s</figure>"
    parts[#parts + 1] =
      caption:format(chart.escape(drawn.title), chart.escape(drawn.text), drawn.svg)
  end
  parts[#parts + 1] = '</div>\n<div class="tables">'
  for _, given in ipairs(contents.tables(figures, start)) do
    parts[#parts + 1] = table_of(given)
  end
  parts[#parts + 1] = "</div></main></body></html>"
  return table.concat(parts, "\n")
end

return page
