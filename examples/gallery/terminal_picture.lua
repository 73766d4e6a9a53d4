-- SPDX-License-Identifier: MIT
-- Draws what a terminal shows as SVG. The text may have the escape sequences of colours. Each run
-- of characters gets the width that a terminal gives it, so that columns stay below each other in
-- whatever font a viewer has.

package.path = "examples/dashboard/?.lua;examples/report/?.lua;" .. package.path

local escape = require("chart").escape
local terminal = require("terminal")

local terminal_picture = {}

local COLUMN, LINE = 8.4, 20
local MARGIN, BAR = 16, 32

local STYLE = [[
text { fill: #e6edf3; font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.title { fill: #9aa4af; font: 12px system-ui, "DejaVu Sans", sans-serif; }
.c1 { font-weight: 700; }
.c31 { fill: #ff8b82; }
.c32 { fill: #56d364; }
.c33 { fill: #e3b341; }
.c36 { fill: #79c0ff; }
.c90 { fill: #9aa4af; }
]]

local HEAD = [[
<svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$height"
  viewBox="0 0 $width $height" role="img" aria-labelledby="title desc">
<title id="title">$title</title>
<desc id="desc">$desc</desc>
<style>
$style</style>
<rect width="$width" height="$height" rx="8" fill="#161b22"/>
<path d="M0 $bar H$width" stroke="#30363d"/>
<text class="title" x="16" y="21">$title</text>]]

-- A coordinate with one decimal at most, in every locale.
local function place(number)
  local tenths = math.floor(number * 10 + 0.5)
  return ("%d.%d"):format(math.floor(tenths / 10), tenths % 10):gsub("%.0$", "")
end

-- The characters of a line with their columns and colours. Tab stops are eight columns apart.
local function cells_of(line)
  local cells, column = {}, 0
  local function add(character, columns, code)
    cells[#cells + 1] = { character = character, columns = columns, code = code }
    column = column + columns
  end
  local code
  for content, sequence in (line .. "\27[0m"):gmatch("([^\27]*)\27%[(%d*)m") do
    for character in content:gmatch(terminal.CHARACTER) do
      local is_tab = character == "\t"
      for _ = 1, is_tab and 8 - column % 8 or 1 do
        add(is_tab and " " or character, is_tab and 1 or terminal.columns(character), code)
      end
    end
    code = sequence ~= "0" and sequence or nil
  end
  return cells
end

-- Cells as rows, cut where a terminal would.
local function rows_of(cells, columns)
  local rows, taken = { {} }, 0
  for _, cell in ipairs(cells) do
    if taken + cell.columns > columns then
      rows[#rows + 1], taken = {}, 0
    end
    table.insert(rows[#rows], cell)
    taken = taken + cell.columns
  end
  return rows
end

-- Draws characters of one colour.
local function draw_run(parts, column, row, characters, code)
  local content = table.concat(characters)
  local width = terminal.columns(content) * COLUMN
  local format = '<text x="%s" y="%d" textLength="%s" lengthAdjust="spacingAndGlyphs"%s>%s</text>'
  local class = code and (' class="c%s"'):format(code) or ""
  local x, y = place(MARGIN + column * COLUMN), BAR + MARGIN + row * LINE - 6
  parts[#parts + 1] = format:format(x, y, place(width), class, escape(content))
end

-- Draws a row in runs, which end where the colour changes and before two spaces.
local function draw_row(parts, cells, row)
  local column, start, run = 0, 0, {}
  for index, cell in ipairs(cells) do
    local following = cells[index + 1]
    local is_blank = cell.character == " "
    if #run > 0 or not is_blank then
      if #run == 0 then start = column end
      run[#run + 1] = cell.character
    end
    column = column + cell.columns
    local is_end = not following or following.code ~= cell.code
    local is_gap = is_blank and following and following.character == " "
    if (is_end or is_gap) and #run > 0 then
      while run[#run] == " " do
        run[#run] = nil
      end
      draw_run(parts, start, row, run, cell.code)
      run = {}
    end
  end
end

--- Draws it.
---@param text string
---@param given { title: string, text: string, columns: integer } text: for those who do not see it
---@return string svg
function terminal_picture.draw(text, given)
  local parts, row = { "" }, 0
  for line in text:gmatch("([^\n]*)\n") do
    for _, cells in ipairs(rows_of(cells_of(line), given.columns)) do
      row = row + 1
      draw_row(parts, cells, row)
    end
  end
  local width = math.floor(given.columns * COLUMN + 2 * MARGIN)
  local height = BAR + row * LINE + 2 * MARGIN - 8
  parts[1] = HEAD:gsub("%$(%l+)", {
    bar = BAR,
    desc = escape(given.text),
    height = height,
    style = STYLE,
    title = escape(given.title),
    width = width,
  })
  return table.concat(parts, "\n") .. "\n</svg>\n"
end

return terminal_picture
