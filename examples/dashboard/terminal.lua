-- SPDX-License-Identifier: MIT
-- What a program must know of a terminal: whether there is one, how large it is, and how many
-- columns a text takes, whose characters may have several bytes and two columns or none.

local terminal = {}

-- Columns where nothing says how many there are.
local DEFAULT_COLUMNS = 80

-- First and last code point, and columns, of those that do not take one.
local RANGES = {
  { 0x0300, 0x036F, 0 }, -- accents of the letter before
  { 0x1100, 0x115F, 2 },
  { 0x200B, 0x200D, 0 },
  { 0x20D0, 0x20FF, 0 },
  { 0x2E80, 0xA4CF, 2 }, -- Chinese, Japanese
  { 0xAC00, 0xD7A3, 2 }, -- Korean
  { 0xF900, 0xFAFF, 2 },
  { 0xFE00, 0xFE0F, 0 },
  { 0xFE30, 0xFE6F, 2 },
  { 0xFF00, 0xFF60, 2 },
  { 0xFFE0, 0xFFE6, 2 },
  { 0x1F300, 0x1F64F, 2 }, -- pictures
  { 0x1F680, 0x1F6FF, 2 },
  { 0x1F900, 0x1F9FF, 2 },
  { 0x20000, 0x3FFFD, 2 },
}

-- A character of UTF-8, as a pattern; any other byte is one, too.
terminal.CHARACTER = "[%z\1-\127\192-\255][\128-\191]*"

local function code_of(character)
  local first = character:byte()
  if first < 0xC0 then return first end
  local code = first % (first < 0xE0 and 32 or first < 0xF0 and 16 or 8)
  for index = 2, #character do
    code = code * 64 + character:byte(index) % 64
  end
  return code
end

local function columns_of(character)
  local code = code_of(character)
  for _, range in ipairs(RANGES) do
    if code >= range[1] and code <= range[2] then return range[3] end
  end
  return 1
end

--- The columns that a text takes.
---@param text string
---@return integer
function terminal.columns(text)
  local columns = 0
  for character in text:gmatch(terminal.CHARACTER) do
    columns = columns + columns_of(character)
  end
  return columns
end

-- Names are from outside: nothing of them may control the terminal, or turn the writing around.
local function harmless(text)
  text = text:gsub("%c", "?"):gsub("\194[\128-\159]", "?")
  return (text:gsub("\226\128[\142\143\170-\174]", "?"):gsub("\226\129[\166-\169]", "?"))
end

--- Cuts a text, or fills it up with spaces, so that it takes exactly so many columns.
---@param text string
---@param columns integer
---@return string
function terminal.fit(text, columns)
  text = harmless(text)
  local needed = terminal.columns(text)
  if needed <= columns then return text .. (" "):rep(columns - needed) end
  local kept, taken = {}, 0
  for character in text:gmatch(terminal.CHARACTER) do
    local more = columns_of(character)
    if taken + more > columns - 1 then break end
    kept[#kept + 1], taken = character, taken + more
  end
  return table.concat(kept) .. "…" .. (" "):rep(columns - 1 - taken)
end

--- Whether standard output leads to a terminal.
---@return boolean
function terminal.is_there()
  local ok = os.execute("test -t 1")
  return ok == true or ok == 0
end

--- Its size now, or what the environment says.
---@return integer columns
---@return integer rows math.huge where there is no terminal
function terminal.size()
  local pipe = io.popen("stty size 2>/dev/null </dev/tty")
  local rows, columns = (pipe and pipe:read("*l") or ""):match("^(%d+) (%d+)$")
  if pipe then pipe:close() end
  columns = tonumber(os.getenv("COLUMNS")) or tonumber(columns) or DEFAULT_COLUMNS
  return columns, tonumber(rows) or math.huge
end

return terminal
