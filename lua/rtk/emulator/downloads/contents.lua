-- SPDX-License-Identifier: MIT
-- Contents of downloads. rtk.emulator.downloads.session_content writes chats, transcripts and
-- summaries; recordings are file_size bytes that follow from their id, generated on demand.
local lower = require("rtk.emulator.util.text").lower
local random = require("rtk.emulator.state.random")
local session_content = require("rtk.emulator.downloads.session_content")

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

local function block_of(item, version)
  local dice = random.new((tonumber(item.id:sub(-6), 16) or #item.id) + version)
  local bytes = {}
  for index = 1, BLOCK_SIZE do
    bytes[index] = string.char(dice:sixteen_bits() % 256)
  end
  return table.concat(bytes)
end

local function source(item, size, version)
  -- As many blocks as the largest read so far has needed.
  local blocks = ""
  return {
    size = size,
    read = function(first, last)
      local skipped = (first - 1) % BLOCK_SIZE
      local count = last - first + 1
      if skipped + count > #blocks then
        blocks = block_of(item, version):rep(math.ceil(count / BLOCK_SIZE) + 1)
      end
      return blocks:sub(skipped + 1, skipped + count)
    end,
  }
end

-- An item's id is that of the session or recording, or of the recording and the track's position.
local function owner_of(app, item)
  local id = item.kind == "track" and item.id:match("^(.*)_%d+$") or item.id
  return app:all("sessions"):get(id) or app:all("recordings"):get(id)
end

local function change_key(item)
  return item.kind .. "/" .. item.id
end

--- How often an item has changed, and how many bytes longer it is by that.
local function changes_of(app, item)
  local owner = owner_of(app, item)
  return owner and owner.changes and owner.changes[change_key(item)] or { count = 0, bytes = 0 }
end

local function recording_bytes(app, item)
  local recording = app:all("recordings"):get(item.id)
  local size = recording and (recording.file_size or (recording.fields or {}).file_size)
  local changes = changes_of(app, item)
  return size and source(item, size + changes.bytes, changes.count)
end

local function track_bytes(app, item)
  local recording, index = owner_of(app, item), tonumber(item.id:match("_(%d+)$") or 0)
  local files = recording and recording.files or {}
  if not files[index] then return nil end
  local changes = changes_of(app, item)
  return source(item, math.floor(recording.file_size / #files) + changes.bytes, changes.count)
end

local function written(app, item)
  local text = session_content.content(app, item)
  return text and text .. ("\n"):rep(changes_of(app, item).bytes)
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

--- Makes another version of an item, with other bytes and so many more of them. Texts get line
--- breaks at their end.
---@param app table
---@param item { kind: string, id: string, format?: string }
---@param more integer bytes
function contents.change(app, item, more)
  local owner, changes = owner_of(app, item), changes_of(app, item)
  if not owner then return end
  owner.changes = owner.changes or {}
  owner.changes[change_key(item)] = { count = changes.count + 1, bytes = changes.bytes + more }
end

--- The number of an item's version, from 0.
---@param app table
---@param item { kind: string, id: string, format?: string }
---@return integer
function contents.version(app, item)
  return changes_of(app, item).count
end

return contents
