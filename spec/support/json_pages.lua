-- SPDX-License-Identifier: MIT
-- Generates list replies as JSON text, the same ones on every run and every Lua.
--
-- Uniform pages are lists of meetings, ragged ones sessions that vary in what they have. Ids,
-- titles and times all differ, so that strings repeat as little as in real replies.

local Random = require("spec.support.random")

local Generator = setmetatable({}, Random)
Generator.__index = Generator

local STATUSES = { "ACTIVE", "INACTIVE", "LIVE", "ENDED" }
local REGIONS = { "ap-south-1", "us-east-1", "eu-central-1", "ap-southeast-1" }
local TOPICS = { "Standup", "Planning", "Retro", "Interview", "Demo", "All hands", "Support" }

local function new(seed)
  return setmetatable(Random.new(seed), Generator)
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
    self:pick(STATUSES),
    self:time(),
    self:time(),
    tostring(self:chance(50)),
    tostring(self:chance(10)),
    tostring(self:chance(50)),
    tostring(self:chance(50)),
    60 + self:below(540)
  )
end

function Generator:participants()
  local list = {}
  for i = 1, self:below(3) + 1 do
    list[i] = ('{"user_id":"%s","custom_participant_id":"user-%d","duration":%.4f}'):format(
      self:uuid(),
      self:below(100000),
      self:below(10000000) / 10000
    )
  end
  return "[" .. table.concat(list, ",") .. "]"
end

function Generator:storage_config()
  local text = '{"type":"aws","auth_method":"KEY","bucket":"bucket-%d","region":"%s","path":null}'
  return text:format(self:below(1000), self:pick(REGIONS))
end

--- A session with whatever optional fields chance gives it.
function Generator:session()
  local members = {
    '"id":' .. quoted(self:uuid()),
    '"status":' .. quoted(self:pick(STATUSES)),
    '"created_at":' .. quoted(self:time()),
  }
  local function maybe(percent, text)
    if self:chance(percent) then members[#members + 1] = text end
  end
  maybe(50, '"meeting_display_name":"Q&A \\"' .. self:title() .. '\\"\\nin two lines"')
  maybe(20, '"organizer":"Zoë Müller ' .. self:below(1000) .. '"')
  maybe(50, '"live_participants":' .. self:below(500))
  maybe(50, '"minutes_consumed":' .. self:below(90000))
  maybe(30, '"ended_at":null')
  maybe(30, '"updated_at":' .. quoted(self:time()))
  maybe(20, '"participants":' .. self:participants())
  maybe(20, '"storage_config":' .. self:storage_config())
  maybe(20, '"tags":["a' .. self:below(100) .. '","b","c"]')
  maybe(20, '"breakout_rooms":[]')
  maybe(20, '"meta":{}')
  return "{" .. table.concat(members, ",") .. "}"
end

local function build(make, seed, count, size)
  local texts = {}
  local generator = new(seed)
  for page = 1, count do
    local objects = {}
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

local M = {}

--- Pages of meetings, all with the same fields.
function M.uniform(count, size)
  return build(Generator.meeting, 20250101, count, size)
end

--- Pages of sessions with optional, nested and escaped fields.
function M.ragged(count, size)
  return build(Generator.session, 20250202, count, size)
end

--- One reply of about 400 bytes that holds a single participant.
function M.object()
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

return M
