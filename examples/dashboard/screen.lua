-- SPDX-License-Identifier: MIT
-- Draws the dashboard's table: in place on a terminal, with colours, else as plain lines.

local terminal = require("terminal")

local screen = {}

local ESC = "\27["
local HOME, CLEAR_LINE, CLEAR_BELOW = ESC .. "H", ESC .. "K", ESC .. "J"
local ENTER, LEAVE = ESC .. "?1049h" .. ESC .. "?25l", ESC .. "?25h" .. ESC .. "?1049l"

local HEAD = { "MEETING", "PEOPLE", "    TIME", "RECORDING", "LIVESTREAM", "WHO" }

-- The least columns of each cell, and those between two.
local WIDTHS, GAP = { 14, 6, 8, 9, 10, 12 }, 2

local is_terminal = terminal.is_there()
local has_colours = is_terminal or os.getenv("CLICOLOR_FORCE") ~= nil
local is_open = false

local function paint(text, code)
  return has_colours and ESC .. code .. "m" .. text .. ESC .. "0m" or text
end

-- "1:02:03"
local function clock(seconds)
  local whole = math.max(0, math.floor(seconds))
  local minutes = math.floor(whole / 60)
  return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, whole % 60)
end

local function names_of(people)
  local names = {}
  for index, person in ipairs(people) do
    names[index] = person.display_name or "?"
  end
  return table.concat(names, ", ")
end

-- The widths of the cells: as many as there is room for. The title takes what it needs of the rest,
-- people's names what is left.
local function layout(rows, columns)
  local widths, free = { WIDTHS[1] }, columns - WIDTHS[1]
  for index = 2, #WIDTHS do
    if free < WIDTHS[index] + GAP then break end
    widths[index], free = WIDTHS[index], free - WIDTHS[index] - GAP
  end
  local longest = WIDTHS[1]
  for _, row in ipairs(rows) do
    longest = math.max(longest, terminal.columns(row.title))
  end
  local more = math.max(0, math.min(free, longest - WIDTHS[1]))
  widths[1] = widths[1] + more
  if widths[6] then widths[6] = widths[6] + free - more end
  return widths
end

local function line(cells, widths, codes)
  local texts = {}
  for index, width in ipairs(widths) do
    local text = terminal.fit(cells[index], width)
    if index == #widths then text = text:gsub(" +$", "") end
    local is_blank = not text:find("[^ ]")
    texts[index] = codes[index] and not is_blank and paint(text, codes[index]) or text
  end
  return (table.concat(texts, (" "):rep(GAP)):gsub(" +$", ""))
end

local BOLD, GREY, RED, GREEN, YELLOW = "1", "90", "31", "32", "33"

-- Longer than any lesson: probably nobody remembers it.
local LONG = 8 * 3600

local function count(number, word, words)
  return ("%d %s"):format(number, number == 1 and word or words)
end

local function lines_of(rows, columns, most)
  local widths, people = layout(rows, columns), 0
  for _, row in ipairs(rows) do
    people = people + #row.people
  end
  local title = count(#rows, "live session", "live sessions")
  title = title .. ", " .. count(people, "person", "people")
  local lines =
    { paint(title, BOLD), "", line(HEAD, widths, { GREY, GREY, GREY, GREY, GREY, GREY }) }
  local shown = #rows <= most and #rows or math.max(0, most - 1)
  for index = 1, shown do
    local row = rows[index]
    local here = ("%6d"):format(#row.people)
    local time = ("%8s"):format(clock(row.seconds))
    local cells = { row.title, here, time, row.recording, row.livestream, names_of(row.people) }
    local long = row.seconds >= LONG and YELLOW or nil
    lines[#lines + 1] = line(cells, widths, { BOLD, nil, long, RED, GREEN, GREY })
  end
  if shown < #rows then lines[#lines + 1] = ("and %d more"):format(#rows - shown) end
  return lines
end

--- Writes the table once.
---@param rows table[]
function screen.write(rows)
  local columns = terminal.size()
  io.write(table.concat(lines_of(rows, columns - 1, math.huge), "\n"), "\n")
end

--- Draws the table in the place of the one before.
---@param rows? table[] nil where the look failed
---@param message string why it failed
function screen.draw(rows, message)
  local columns, height = terminal.size()
  local lines = rows and lines_of(rows, columns - 1, height - 5) or {}
  if not rows then lines[1] = paint(terminal.fit(tostring(message), columns - 1), RED) end
  if not is_terminal then
    io.write(table.concat(lines, "\n"), "\n\n")
    return io.flush()
  end
  if not is_open then io.write(ENTER) end
  is_open = true
  io.write(HOME, table.concat(lines, CLEAR_LINE .. "\n"), CLEAR_LINE, "\n", CLEAR_BELOW)
  io.flush()
end

--- Gives the terminal back as it was.
function screen.close()
  if is_open then io.write(LEAVE) end
  io.flush()
  is_open = false
end

return screen
