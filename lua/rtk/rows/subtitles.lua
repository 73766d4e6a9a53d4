-- SPDX-License-Identifier: MIT
-- Cues of subtitles, SRT and WebVTT: when something was said, by whom, and what.
--
-- Neither format has a place for ids. The name is that of a voice (<v Ann>), or what stands before
-- the first colon.

local row_buffer = require("rtk.rows.row_buffer")
local lines = require("rtk.rows.lines")

local subtitles = {}

local ARROW = "-->"
local TIMES = "^[ \t]*([0-9:.,]+)[ \t]+%-%->[ \t]+([0-9:.,]+)"

-- Blocks of WebVTT that are no cues.
local OTHER_BLOCKS = { NOTE = true, REGION = true, STYLE = true }

local LONGEST_NAME, LONGEST_TIME = 100, 20 -- bytes

local ENTITIES = {
  ["&amp;"] = "&",
  ["&lt;"] = "<",
  ["&gt;"] = ">",
  ["&quot;"] = '"',
  ["&nbsp;"] = "\194\160",
  ["&lrm;"] = "\226\128\142",
  ["&rlm;"] = "\226\128\143",
}

local TAGS =
  { b = true, c = true, i = true, lang = true, rt = true, ruby = true, u = true, v = true }

-- Seconds of "01:02:03,004" or "02:03.004".
local function seconds_of(text)
  if #text > LONGEST_TIME then return nil end
  local hours, rest = text:match("^([0-9]+):([0-9]+:.*)$")
  local minutes, seconds, fraction = (rest or text):match("^([0-9]+):([0-9]+)[.,]([0-9]+)$")
  if not minutes or tonumber(minutes) > 59 or tonumber(seconds) > 59 then return nil end
  local whole = (tonumber(hours) or 0) * 3600 + tonumber(minutes) * 60 + tonumber(seconds)
  return (whole * 10 ^ #fraction + tonumber(fraction)) / 10 ^ #fraction
end

-- A cue that begins with this line of times; false if they cannot be read, nil if it is no such
-- line.
local function cue_of(line)
  if not line:find(ARROW, 1, true) then return nil end
  local from, to = line:match(TIMES)
  from, to = from and seconds_of(from), to and seconds_of(to)
  return from and to and { start_time = from, end_time = to, lines = {} } or false
end

-- The text of a cue of WebVTT without markup; its voice.
local function plain(text)
  local voice = text:match("<v[.0-9A-Za-z_-]*[ \t]+([^<>]*)>")
  text = text:gsub("</?([0-9A-Za-z:]*)[^<>]*>", function(name)
    local is_markup = TAGS[name] or name:find("^[0-9]+:")
    return is_markup and "" or nil
  end)
  return (text:gsub("&[a-z]+;", ENTITIES)), voice and voice:gsub("&[a-z]+;", ENTITIES) or nil
end

-- The number of a line that has nothing else, as the first line of a cue of SRT.
local function number_of(line)
  local digits = line:match("^[0-9]+")
  return digits and not line:find("[^ \t]", #digits + 1) and tonumber(digits) or nil
end

local function split_name(text)
  local name, rest = text:match("^([^\n]-): (.*)$")
  if not name or #name > LONGEST_NAME then return nil, text end
  return name ~= "" and name or nil, rest
end

---@class rtk.rows.CueReader
local Reader = {}
Reader.__index = Reader

--- Reads cues.
---@param source rtk.rows.Source
---@param format "srt"|"vtt"
---@return rtk.rows.CueReader
function subtitles.new(source, format)
  local is_vtt = format == "vtt"
  return setmetatable({
    _lines = lines.new(source),
    _is_vtt = is_vtt,
    -- The header of WebVTT is skipped like other blocks.
    _is_skipping = is_vtt,
    _is_after_blank = true,
    _count = 0,
    _size = 0,
  }, Reader)
end

-- What the reader returns for a cue.
local function finish(self, cue)
  if not cue then return nil end
  local text, voice = table.concat(cue.lines, "\n"), nil
  if self._is_vtt then
    text, voice = plain(text)
  end
  if not voice then
    voice, text = split_name(text)
  end
  return { start_time = cue.start_time, end_time = cue.end_time, display_name = voice, text = text }
end

-- Begins a cue; the one before it is whole.
function Reader:_begin(cue)
  local previous = self._cue
  self._cue, self._label, self._is_skipping, self._is_after_blank = cue, nil, false, false
  self._count, self._size = self._count + 1, 0
  return finish(self, previous)
end

function Reader:_add(line)
  local cue = self._cue
  cue.lines[#cue.lines + 1] = line
  self._size = self._size + #line + 1
  self._is_after_blank = false
  if self._size > row_buffer.ROW_SIZE then return nil, row_buffer.TOO_LONG end
end

-- The first line of a block turns out not to stand before times. In SRT it may be the text of the
-- cue before it, which has a blank line.
function Reader:_end_label()
  local label = self._label
  self._label = nil
  if self._is_vtt then
    local block = label:match("^[A-Z]+")
    self._is_skipping = OTHER_BLOCKS[block] == true
    if self._is_skipping then return nil end
  elseif self._cue and number_of(label) ~= self._count + 1 then
    self:_add("")
    return self:_add(label)
  end
  return nil, "it has no times"
end

function Reader:_blank()
  local _, reason
  if self._label then
    _, reason = self:_end_label()
  end
  self._is_skipping, self._is_after_blank = false, true
  return nil, reason
end

function Reader:_text(line)
  if self._is_skipping then return nil end
  if self._label then
    local _, reason = self:_end_label()
    if reason then return nil, reason end
    return self:_text(line)
  end
  if self._is_after_blank then
    self._label = line
    return nil
  end
  return self:_add(line)
end

function Reader:_read(line)
  local cue = cue_of(line)
  if cue then return self:_begin(cue) end
  if cue == false and (self._label or self._is_after_blank) then
    if not self._is_skipping then return nil, "its times cannot be read" end
  end
  if not line:find("[^ \t]") then return self:_blank() end
  return self:_text(line)
end

-- The cue before the end of the file.
function Reader:_finish()
  local _, reason
  if self._label then
    _, reason = self:_end_label()
  end
  local cue = self._cue
  self._cue = nil
  if cue and reason then self._failure = reason end
  if cue then return finish(self, cue) end
  return nil, reason
end

--- Reads the next cue.
---@return { start_time: number, end_time: number, display_name?: string, text: string }? cue
---@return string? reason why it cannot be read
function Reader:next()
  if self._failure then return nil, self._failure end
  while true do
    local line, message = self._lines:next()
    if message then return nil, message end
    if not line then return self:_finish() end
    local cue, reason = self:_read(line)
    if cue then return cue end
    if reason then return self:_fail(reason) end
  end
end

-- The cue before a broken one is whole.
function Reader:_fail(reason)
  local cue = self._cue
  self._cue, self._failure = nil, reason
  if cue then return finish(self, cue) end
  return nil, reason
end

return subtitles
