-- SPDX-License-Identifier: MIT
-- Generates list replies as JSON text, the same ones on every run and every Lua.
--
-- Uniform pages are lists of meetings; ragged ones are sessions and recordings by turns, whose
-- fields are mostly optional, as documented. Ids, times and most names are all different; what
-- repeats is what does in one app: states, kinds, the organization, where recordings are stored.

local Random = require("spec.support.data.random")

local Generator = setmetatable({}, Random)
Generator.__index = Generator

local MEETING_STATUSES = { "ACTIVE", "INACTIVE" }
local SESSION_STATUSES = { "LIVE", "ENDED" }
local RECORDING_STATUSES = { "INVOKED", "RECORDING", "UPLOADING", "UPLOADED", "ERRORED" }
local REASONS = { "API_CALL", "INTERNAL_ERROR", "ALL_PEERS_LEFT" }
local REGIONS = { "ap-south-1", "us-east-1", "eu-central-1", "ap-southeast-1" }
local TOPICS = { "Standup", "Planning", "Retro", "Interview", "Demo", "All hands", "Support" }

local function new(seed)
  local generator = setmetatable(Random.new(seed), Generator)
  generator.organization = generator:uuid()
  return generator
end

function Generator:uuid()
  local a, b, c = self:below(65536), self:below(65536), self:below(65536)
  local d, e = self:below(16777216), self:below(16777216)
  return ("%04x%04x-%04x-4%03x-8%03x-%06x%06x"):format(a, b, c, d % 4096, e % 4096, d, e)
end

function Generator:time()
  local day, hour = self:below(28) + 1, self:below(24)
  local minute, second, milli = self:below(60), self:below(60), self:below(1000)
  return ("2025-%02d-%02dT%02d:%02d:%02d.%03dZ"):format(
    self:below(12) + 1,
    day,
    hour,
    minute,
    second,
    milli
  )
end

local function quoted(text)
  return '"' .. text .. '"'
end

function Generator:title()
  return ("%s %d"):format(self:pick(TOPICS), self:below(100000))
end

--- A meeting as the meetings list has it.
function Generator:meeting()
  local text = '{"id":"%s","title":"%s","status":"%s","created_at":"%s","updated_at":"%s",'
    .. '"record_on_start":%s,"live_stream_on_start":%s,"persist_chat":%s,"summarize_on_end":%s,'
    .. '"session_keep_alive_time_in_secs":%d}'
  return text:format(
    self:uuid(),
    self:title(),
    self:pick(MEETING_STATUSES),
    self:time(),
    self:time(),
    tostring(self:chance(50)),
    tostring(self:chance(10)),
    tostring(self:chance(50)),
    tostring(self:chance(50)),
    60 + self:below(540)
  )
end

--- An object of members, some of which are only there with a chance in percent.
function Generator:object(fields)
  local members = {}
  for i = 1, #fields, 3 do
    local percent, name, value = fields[i], fields[i + 1], fields[i + 2]
    if self:chance(percent) then
      if type(value) == "string" then value = quoted(value) end
      if type(value) == "table" then value = value.json end
      members[#members + 1] = quoted(name) .. ":" .. tostring(value)
    end
  end
  return "{" .. table.concat(members, ",") .. "}"
end

--- A name as people give it: some have quotes, line breaks or letters beyond ASCII.
function Generator:display_name()
  if self:chance(10) then return 'Q&A \\"' .. self:title() .. '\\"\\nin two lines' end
  if self:chance(10) then return "Zoë Müller " .. self:below(1000) end
  return self:title()
end

function Generator:breakout_rooms()
  local rooms = {}
  for i = 1, self:below(4) do
    rooms[i] = ('{"id":"%s","participants":["user-%d","user-%d"]}'):format(
      self:uuid(),
      self:below(1000),
      self:below(1000)
    )
  end
  return "[" .. table.concat(rooms, ",") .. "]"
end

function Generator:session()
  -- stylua: ignore
  return self:object({
    100, "id", self:uuid(),
    50, "associated_id", self:uuid(),
    100, "created_at", self:time(),
    70, "live_participants", self:below(20),
    70, "max_concurrent_participants", self:below(500),
    70, "meeting_display_name", self:display_name(),
    70, "minutes_consumed", self:below(900000) / 100,
    50, "organization_id", self.organization,
    30, "started_at", self:time(),
    100, "status", self:pick(SESSION_STATUSES),
    70, "type", "meeting",
    30, "updated_at", self:time(),
    10, "breakout_rooms", { json = self:breakout_rooms() },
    30, "ended_at", { json = "null" },
    20, "meta", { json = self:object({ 50, "room", "room " .. self:below(20) }) },
  })
end

function Generator:storage_config()
  -- stylua: ignore
  return self:object({
    100, "type", "aws",
    50, "auth_method", "KEY",
    100, "bucket", "recordings-" .. self:below(3),
    100, "region", self:pick(REGIONS),
    50, "path", { json = "null" },
    50, "port", 0,
  })
end

function Generator:reason()
  local caller = self:object({ 100, "name", self:display_name(), 50, "user_Id", self:uuid() })
  return self:object({ 100, "reason", self:pick(REASONS), 50, "caller", { json = caller } })
end

function Generator:recording()
  -- stylua: ignore
  return self:object({
    100, "id", self:uuid(),
    30, "download_url", "https://example.com/" .. self:uuid() .. ".mp4?expires=" .. self:time(),
    30, "download_url_expiry", self:time(),
    50, "audio_download_url", { json = "null" },
    50, "file_size", self:below(2000000000),
    50, "invoked_time", self:time(),
    50, "output_file_name", self:uuid() .. "_" .. self:below(100000) .. ".mp4",
    30, "session_id", self:uuid(),
    30, "started_time", self:time(),
    100, "status", self:pick(RECORDING_STATUSES),
    50, "recording_duration", self:below(7200),
    10, "meeting", { json = self:meeting() },
    20, "start_reason", { json = self:reason() },
    20, "storage_config", { json = self:storage_config() },
  })
end

--- Pages of size objects; makers make those of one page each, by turns.
local function build(makers, seed, count, size)
  local texts = {}
  local generator = new(seed)
  for page = 1, count do
    local objects = {}
    local make = makers[(page - 1) % #makers + 1]
    for i = 1, size do
      objects[i] = make(generator)
    end
    local offset = (page - 1) * size
    texts[page] = (
      '{"success":true,"data":[%s],"paging":{"total_count":%d,"start_offset":%d,'
      .. '"end_offset":%d}}'
    ):format(table.concat(objects, ","), count * size, offset + 1, offset + size)
  end
  return texts
end

local json_pages = {}

--- Pages of meetings, all with the same fields.
function json_pages.uniform(count, size)
  return build({ Generator.meeting }, 20250101, count, size)
end

--- Pages of sessions and of recordings, with optional, nested and escaped fields.
function json_pages.ragged(count, size)
  return build({ Generator.session, Generator.recording }, 20250202, count, size)
end

--- Replies that hold one object each, all different: meetings, sessions and recordings by turns.
function json_pages.replies(count)
  local generator, texts = new(20250303), {}
  local makers = { Generator.meeting, Generator.session, Generator.recording }
  for number = 1, count do
    local object = makers[(number - 1) % #makers + 1](generator)
    texts[number] = ('{"success":true,"data":%s}'):format(object)
  end
  return texts
end

--- One reply of about 400 bytes that holds a single participant.
function json_pages.object()
  local generator = new(42)
  local text = '{"success":true,"data":{"id":"%s","name":"Ann Example","picture":'
    .. '"https://example.com/pictures/ann.png","custom_participant_id":"user-1742",'
    .. '"preset_name":"group_call_host","created_at":"%s","updated_at":"%s","duration":%d,'
    .. '"is_recording":false,"token":"%s"}}'
  local token = {}
  for i = 1, 3 do
    token[i] = generator:uuid()
  end
  return text:format(
    generator:uuid(),
    generator:time(),
    generator:time(),
    generator:below(5000),
    table.concat(token, ".")
  )
end

return json_pages
