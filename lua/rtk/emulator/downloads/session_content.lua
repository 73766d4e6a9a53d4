-- SPDX-License-Identifier: MIT
-- Contents of a session's downloads: chat (CSV, JSON), transcript (CSV without a header, JSON, SRT,
-- VTT) and summary. How subtitles name the speaker is not in the reference, decided here. The
-- summary consists of the spoken words, shortened as the meeting's ai_config says.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local content = {}

local CHAT_COLUMNS = {
  "id",
  "participantId",
  "sessionId",
  "meetingId",
  "displayName",
  "pinned",
  "isEdited",
  "payloadType",
  "payload",
  "createdAt",
}

-- In effect where the meeting's ai_config says nothing.
local SUMMARY_DEFAULTS = { summary_type = "general", text_format = "markdown", word_limit = 500 }

local function quote(text)
  return '"' .. text:gsub('"', '""') .. '"'
end

local function quote_where_needed(text)
  return text:find('[",\r\n]') and quote(text) or text
end

local chat_formats = {}

function chat_formats.CSV(messages)
  local lines = { table.concat(CHAT_COLUMNS, ",") }
  for index, message in ipairs(messages) do
    local fields = {}
    for column, name in ipairs(CHAT_COLUMNS) do
      fields[column] = quote_where_needed(tostring(message[name]))
    end
    lines[index + 1] = table.concat(fields, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

function chat_formats.JSON(messages)
  return json.encode(json.array(messages))
end

-- The messages of a session, by the names of the columns.
local function messages_of(session)
  local messages = {}
  for index, message in ipairs(session.chat) do
    local peer = session.peers:get(message.peer_id)
    messages[index] = {
      id = message.id,
      participantId = peer.participant_id,
      sessionId = session.id,
      meetingId = session.meeting_id,
      displayName = peer.fields.display_name or "",
      pinned = false,
      isEdited = false,
      payloadType = message.type,
      payload = message.text,
      createdAt = message.created_at,
    }
  end
  return messages
end

--- The lines of a session that its transcript has, each { peer, from, to, text } with milliseconds
--- from the session's start.
---@param session table
---@return table[]
function content.transcribed(session)
  local lines = {}
  for _, said in ipairs(session.speech) do
    local peer = session.peers:get(said.peer_id)
    if peer.transcribed or session.transcribe_all then
      lines[#lines + 1] = { peer = peer, from = said.from, to = said.to, text = said.text }
    end
  end
  return lines
end

local formats = {}

function formats.CSV(lines, session)
  local rows = {}
  for index, line in ipairs(lines) do
    local peer = line.peer
    local start = string.format("%d", line.from)
    if session.has_dated_transcript then start = clock.format(session.started + line.from) end
    rows[index] = table.concat({
      quote(start),
      quote(peer.id),
      quote(peer.participant_id),
      quote(peer.fields.custom_participant_id),
      quote(peer.fields.display_name or ""),
      quote(line.text),
    }, ",") .. "\n"
  end
  return table.concat(rows)
end

function formats.JSON(lines)
  local items = json.array()
  for index, line in ipairs(lines) do
    local peer = line.peer
    items[index] = {
      startTime = line.from,
      endTime = line.to,
      sentence = line.text,
      peerData = {
        id = peer.id,
        userId = peer.participant_id,
        displayName = peer.fields.display_name or "",
        cpi = peer.fields.custom_participant_id,
        joinedAt = clock.format(peer.joined),
        leftAt = peer.left and clock.format(peer.left) or "",
      },
    }
  end
  return json.encode(items)
end

--- A time of a subtitle, with the separator that its format has before the milliseconds.
local function stamp(milliseconds, separator)
  local seconds = math.floor(milliseconds / 1000)
  local minutes = math.floor(seconds / 60)
  return string.format(
    "%02d:%02d:%02d%s%03d",
    math.floor(minutes / 60),
    minutes % 60,
    seconds % 60,
    separator,
    milliseconds % 1000
  )
end

-- A blank line would end the cue.
local function cue(line, separator)
  local from, to = stamp(line.from, separator), stamp(line.to, separator)
  local name, text = line.peer.fields.display_name or "", line.text:gsub("[\r\n]+", "\n")
  return ("%s --> %s\n"):format(from, to), name .. ": " .. text .. "\n"
end

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

function formats.SRT(lines)
  local cues = {}
  for index, line in ipairs(lines) do
    local times, text = cue(line, ",")
    cues[index] = index .. "\n" .. times .. text
  end
  return table.concat(cues, "\n")
end

function formats.VTT(lines)
  local cues = { "WEBVTT\n" }
  for index, line in ipairs(lines) do
    local times, text = cue(line, ".")
    cues[index + 1] = times .. text:gsub("[&<>]", ESCAPES)
  end
  return table.concat(cues, "\n")
end

local function first_words(text, limit)
  local words = {}
  for word in text:gmatch("[^ \t-\r]+") do
    if #words >= limit then break end
    words[#words + 1] = word
  end
  return table.concat(words, " ")
end

--- The summary of a session as its meeting's ai_config wants it.
---@param session table
---@param meeting table
---@return { text: string, format: "md"|"txt" }
function content.summarize(session, meeting)
  local given = (meeting.fields.ai_config or {}).summarization or {}
  local kind = given.summary_type or SUMMARY_DEFAULTS.summary_type
  local said = {}
  for index, line in ipairs(content.transcribed(session)) do
    said[index] = (line.peer.fields.display_name or "Someone") .. " said: " .. line.text
  end
  local words = table.concat(said, " ")
  local body = first_words(words, given.word_limit or SUMMARY_DEFAULTS.word_limit)
  local title = "Summary (" .. kind:gsub("_", " ") .. ")"
  if (given.text_format or SUMMARY_DEFAULTS.text_format) == "plain_text" then
    return { text = title .. "\n\n" .. body .. "\n", format = "txt" }
  end
  return { text = "# " .. title .. "\n\n" .. body .. "\n", format = "md" }
end

--- The bytes behind a link.
---@param app table
---@param item { kind: "chat"|"transcript"|"summary", id: string, format?: string }
---@return string? body nil when there is none
function content.content(app, item)
  local session = app:all("sessions"):get(item.id)
  if not session then return nil end
  local format = item.format or "CSV"
  if item.kind == "chat" then return chat_formats[format](messages_of(session)) end
  if item.kind == "summary" then return session.summary and session.summary.text end
  return formats[format](content.transcribed(session), session)
end

return content
