-- SPDX-License-Identifier: MIT
-- Draws charts as SVG: columns, one for each day, and bars, one for each name. A chart has a title
-- and a description for those who do not see it. Its colours are in chart.STYLE, which a page has
-- among its own styles and a picture has inside.

local chart = {}

chart.WIDTH = 440

local DAYS_HEIGHT = 208
local LEFT, RIGHT, TOP, BOTTOM = 60, 8, 12, 28
local ROW_HEIGHT, NAME_WIDTH, FIGURE_WIDTH = 26, 142, 72

-- What a name may take, in widths of a small letter.
local NAME_LETTERS = 19

chart.STYLE = [[
svg { --ink: #1c2430; --soft: #57606a; --line: #d8dee4; --mark: #2563c9; --ground: #ffffff; }
@media screen and (prefers-color-scheme: dark) {
  svg { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --mark: #6ea8fe; --ground: #0d1117; }
}
svg text { fill: var(--soft); font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
svg .ink { fill: var(--ink); }
svg .heading { fill: var(--ink); font-size: 15px; font-weight: 600; }
svg .large { fill: var(--ink); font-size: 24px; font-weight: 600; }
svg .ground { fill: var(--ground); }
svg .line { stroke: var(--line); }
svg .mark { fill: var(--mark); }
]]

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- Makes a text part of a document: names are from outside. XML has no control characters, and
--- neither U+FFFE nor U+FFFF.
---@param text any
---@return string
function chart.escape(text)
  local escaped = tostring(text):gsub('[&<>"]', ENTITIES)
  return (escaped:gsub("[%z\1-\8\11\12\14-\31\127]", "?"):gsub("\239\191[\190\191]", "?"))
end

-- Coordinates, with one decimal at most, in every locale.
local function place(number)
  local tenths = math.floor(number * 10 + 0.5)
  local whole, rest = math.floor(tenths / 10), tenths % 10
  return rest == 0 and ("%d"):format(whole) or ("%d.%d"):format(whole, rest)
end

--- A text as an element.
---@param x number
---@param y number of its baseline
---@param anchor "start"|"middle"|"end"
---@param content any
---@param class? string
---@return string
function chart.text(x, y, anchor, content, class)
  local format = '<text x="%s" y="%s" text-anchor="%s"%s>%s</text>'
  local attribute = class and (' class="%s"'):format(class) or ""
  return format:format(place(x), place(y), anchor, attribute, chart.escape(content))
end

local function mark(x, y, width, height, title)
  local format = '<rect class="mark" x="%s" y="%s" width="%s" height="%s" rx="2">'
    .. "<title>%s</title></rect>"
  return format:format(place(x), place(y), place(width), place(height), chart.escape(title))
end

-- How many small letters are as wide as a character, at most.
local function letters_of(character)
  if #character > 2 then return 2.2 end
  return #character == 2 and 1.9 or character:find("[A-Zmw@%%]") and 1.7 or 1
end

-- A name that fits beside its bar. Where it is cut, the ellipsis needs room, too.
local function shorten(name)
  local position, letters, cut = 0, 0, 0
  for character in name:gmatch("[%z\1-\127\192-\255][\128-\191]*") do
    position, letters = position + #character, letters + letters_of(character)
    if letters <= NAME_LETTERS - 2 then cut = position end
  end
  return letters <= NAME_LETTERS and name or name:sub(1, cut) .. "…"
end

-- The step of an axis: 1, 2 or 5 times a power of ten, of which at most four cover the values.
local function step_for(largest, least)
  local step, factors, index = least, { 2, 2.5, 2 }, 0
  while step * 4 < largest do
    step, index = step * factors[index % 3 + 1], index + 1
  end
  return step
end

local function wrap(given, height, parts)
  local head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" '
    .. 'aria-labelledby="%s-title %s-desc">\n'
    .. '<title id="%s-title">%s</title>\n<desc id="%s-desc">%s</desc>\n'
  local id = given.id
  head = head:format(
    chart.WIDTH,
    height,
    id,
    id,
    id,
    chart.escape(given.title),
    id,
    chart.escape(given.text)
  )
  return head .. table.concat(parts, "\n") .. "\n</svg>"
end

-- Draws lines and figures; returns the height of one unit.
local function axis(parts, given)
  local largest = 0
  for _, value in ipairs(given.values) do
    largest = math.max(largest, value)
  end
  local step = step_for(largest, given.least or 1)
  local steps = math.max(1, math.ceil(largest / step - 1e-9))
  local room = DAYS_HEIGHT - TOP - BOTTOM
  for number = 0, steps do
    local y = DAYS_HEIGHT - BOTTOM - room * number / steps
    local line = '<path class="line" d="M%d %sH%d"/>'
    parts[#parts + 1] = line:format(LEFT, place(y), chart.WIDTH - RIGHT)
    parts[#parts + 1] = chart.text(LEFT - 8, y + 4, "end", given.format(number * step))
  end
  return room / steps / step
end

--- One column for each day.
---@param given { id: string, title: string, text: string, values: number[], format: function,
---least?: number } least: of the steps of the axis
---@return string svg
---@return integer height
function chart.days(given)
  local parts = {}
  local unit = axis(parts, given)
  local pitch = (chart.WIDTH - LEFT - RIGHT) / #given.values
  for day, value in ipairs(given.values) do
    local x, height = LEFT + pitch * (day - 1), value * unit
    if value > 0 then
      local title = ("%d: %s"):format(day, given.format(value))
      local y = DAYS_HEIGHT - BOTTOM - height
      parts[#parts + 1] = mark(x + pitch * 0.15, y, pitch * 0.7, height, title)
    end
    if day == 1 or day % 5 == 0 then
      parts[#parts + 1] = chart.text(x + pitch / 2, DAYS_HEIGHT - 8, "middle", day)
    end
  end
  return wrap(given, DAYS_HEIGHT, parts), DAYS_HEIGHT
end

--- One bar for each row, with its name and figure.
---@param given { id: string, title: string, text: string, format: function,
---rows: { name: string, value: number }[] }
---@return string svg
---@return integer height
function chart.rows(given)
  local parts, largest = {}, 1
  for _, row in ipairs(given.rows) do
    largest = math.max(largest, row.value)
  end
  local room = chart.WIDTH - NAME_WIDTH - FIGURE_WIDTH
  for index, row in ipairs(given.rows) do
    local y, width = (index - 1) * ROW_HEIGHT, room * row.value / largest
    local figure = given.format(row.value)
    parts[#parts + 1] = chart.text(NAME_WIDTH - 10, y + 17, "end", shorten(row.name), "ink")
    parts[#parts + 1] = mark(NAME_WIDTH, y + 4, width, ROW_HEIGHT - 8, row.name .. ": " .. figure)
    parts[#parts + 1] = chart.text(NAME_WIDTH + width + 8, y + 17, "start", figure)
  end
  local height = math.max(1, #given.rows) * ROW_HEIGHT
  return wrap(given, height, parts), height
end

return chart
