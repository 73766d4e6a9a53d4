-- SPDX-License-Identifier: MIT
-- Charts in one picture, for a mail or a README.

local chart = require("chart")
local contents = require("contents")

local sheet = {}

-- The margins of a sheet, what is above its charts, above each of them, and between two rows.
local MARGIN, HEAD, CAPTION, GAP = 24, 116, 56, 20

local SHEET = [[
<svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$height"
  viewBox="0 0 $width $height" role="img" aria-labelledby="sheet-title">
<title id="sheet-title">$title</title>
<style>
$style</style>
<rect class="ground" width="$width" height="$height"/>]]

-- Places a chart, with its title and text above.
local function caption(parts, x, y, drawn)
  parts[#parts + 1] = chart.text(x, y + 26, "start", drawn.title, "heading")
  parts[#parts + 1] = chart.text(x, y + 44, "start", drawn.text)
  local format = '<svg x="%d" y="%d" width="%d" height="%d"'
  local place_and_size = format:format(x, y + CAPTION, chart.WIDTH, drawn.height)
  parts[#parts + 1] = drawn.svg:gsub("^<svg", place_and_size)
end

--- Charts in one picture, two in a row, below a heading and totals.
---@param figures table of usage.collect
---@param start integer the first second of the month
---@return string svg
function sheet.svg(figures, start)
  local title, charts = contents.name(start), contents.charts(figures)
  local parts = { "", chart.text(MARGIN, 42, "start", title, "large") }
  for index, total in ipairs(contents.totals(figures)) do
    local x = MARGIN + (index - 1) * 150
    parts[#parts + 1] = chart.text(x, 74, "start", total[1])
    parts[#parts + 1] = chart.text(x, 98, "start", total[2], "heading")
  end
  local y = HEAD
  for index = 1, #charts, 2 do
    local left, right = charts[index], charts[index + 1]
    caption(parts, MARGIN, y, left)
    if right then caption(parts, 2 * MARGIN + chart.WIDTH, y, right) end
    y = y + CAPTION + math.max(left.height, right and right.height or 0) + GAP
  end
  parts[1] = SHEET:gsub("%$(%l+)", {
    height = y,
    style = chart.STYLE,
    title = chart.escape(title),
    width = 2 * chart.WIDTH + 3 * MARGIN,
  })
  return table.concat(parts, "\n") .. "\n</svg>"
end

return sheet
