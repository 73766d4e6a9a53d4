-- SPDX-License-Identifier: MIT
-- Contents of downloads. rtk.emulator.sessions.content writes chats, transcripts and summaries;
-- recordings are file_size bytes that follow from their id, generated on demand.
local lower = require("rtk.emulator.util.text").lower
local random = require("rtk.emulator.state.random")
local session_content = require("rtk.emulator.sessions.content")

local contents = {}

local EXTENSIONS = {
  chat = "csv",
  transcript = "csv",
  summary = "txt",
  recording = "mp4",
  recording_audio = "mp3",
  track = "webm",
}

local TYPES = {
  aac = "audio/aac",
  csv = "text/csv",
  json = "application/json",
  markdown = "text/markdown",
  md = "text/markdown",
  mp3 = "audio/mpeg",
  mp4 = "video/mp4",
  srt = "application/x-subrip",
  txt = "text/plain",
  vtt = "text/vtt",
  webm = "video/webm",
}

-- Recordings repeat this many bytes; a prime, so that no buffer's size hides a mistake.
local BLOCK_SIZE = 4093

--- The file name extension of an item.
---@param item { kind: string, format?: string }
---@return string
function contents.extension(item)
  return lower(item.format or EXTENSIONS[item.kind] or "bin")
end

--- The content type of an item.
---@param item { kind: string, format?: string }
---@return string
function contents.type_of(item)
  return TYPES[contents.extension(item)] or "application/octet-stream"
end

local function block_of(item)
  local dice = random.new(tonumber(item.id:sub(-6), 16) or #item.id)
  local bytes = {}
  for index = 1, BLOCK_SIZE do
    bytes[index] = string.char(dice:sixteen_bits() % 256)
  end
  return table.concat(bytes)
end

local function source(item, size)
  local block
  return {
    size = size,
    read = function(first, last)
      block = block or block_of(item)
      local skipped = (first - 1) % BLOCK_SIZE
      local count = last - first + 1
      local copies = math.ceil((skipped + count) / BLOCK_SIZE)
      return block:rep(copies):sub(skipped + 1, skipped + count)
    end,
  }
end

local function recording_bytes(app, item)
  local recording = app:all("recordings"):get(item.id)
  local size = recording and (recording.file_size or (recording.fields or {}).file_size)
  return size and source(item, size)
end

-- An item's id is that of the recording and the position of the file.
local function track_bytes(app, item)
  local id, index = item.id:match("^(.*)_(%d+)$")
  local recording = id and app:all("recordings"):get(id)
  local files = recording and recording.files or {}
  return files[tonumber(index)] and source(item, math.floor(recording.file_size / #files))
end

local function written(app, item)
  return session_content.content(app, item)
end

local SOURCES = {
  chat = written,
  transcript = written,
  summary = written,
  recording = recording_bytes,
  recording_audio = recording_bytes,
  track = track_bytes,
}

--- The content of an item, nil when there is none.
---@param app table
---@param item { kind: string, id: string, format?: string }
---@return string|table? body
function contents.find(app, item)
  local find = SOURCES[item.kind]
  return find and find(app, item)
end

return contents
