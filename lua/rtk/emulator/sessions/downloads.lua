-- SPDX-License-Identifier: MIT
-- Links to the chat, transcript and summary of a session. Not in the reference, decided here: each
-- becomes available some seconds after the end of the session and is a 404 before that, without
-- content, and from seven days after the end (but a chat is kept if the meeting has persist_chat).
-- A transcript needs speakers whose preset enables
-- transcription, or the meeting's transcribe_on_end; as observed, the language "multi" produces
-- none. A summary needs a transcript, and a request or summarize_on_end.
--
-- session.ready holds what is available: { chat = true, transcript = true, summary = true }.
local clock = require("rtk.emulator.state.clock")
local downloads = require("rtk.emulator.downloads")
local events = require("rtk.emulator.webhooks.events")
local fields = require("rtk.emulator.sessions.fields")
local lifecycle = require("rtk.emulator.sessions.lifecycle")
local response = require("rtk.emulator.http.response")
local session_content = require("rtk.emulator.downloads.session_content")

local SUMMARY_DELAY = 30000
local RETENTION = 7 * 86400 * 1000

local function keeps_chat(request, session)
  return request.app:all("meetings"):get(session.meeting_id).fields.persist_chat == true
end

--- The session of a request, if it has the requested content.
local function find(request, kind)
  local session, failure = request:find("session")
  if not session then return nil, failure end
  local is_kept = session.ended
    and (
      request.emulator.clock:now() < session.ended + RETENTION
      or kind == "chat" and keeps_chat(request, session)
    )
  if is_kept and session.ready and session.ready[kind] then return session end
  return nil, response.failure(404, ("No %s found for session_id %s"):format(kind, session.id))
end

local function link(request, session, kind, format)
  local item = { kind = kind, id = session.id, format = format }
  return downloads.link(request.emulator, request.app, item)
end

local function get_chat(request)
  local session, failure = find(request, "chat")
  if not session then return failure end
  local url, expiry = link(request, session, "chat", request.options.chat_format)
  return response.data({ chat_download_url = url, chat_download_url_expiry = expiry })
end

local function get_transcript(request)
  local session, failure = find(request, "transcript")
  if not session then return failure end
  local url, expiry = link(request, session, "transcript", request.query.format or "CSV")
  return response.data({
    sessionId = session.id,
    transcript_download_url = url,
    transcript_download_url_expiry = expiry,
  })
end

local function get_summary(request)
  local session, failure = find(request, "summary")
  if not session then return failure end
  local url, expiry = link(request, session, "summary", session.summary.format)
  return response.data({
    sessionId = session.id,
    summaryDownloadUrl = url,
    summaryDownloadUrlExpiry = expiry,
  })
end

local function request_summary(request)
  local session, failure = find(request, "transcript")
  if not session then return failure end
  lifecycle.plan(request.emulator, session, "session.summarize", SUMMARY_DELAY)
  -- The reference documents no value at all.
  if request.options.documented then return response.data(nil) end
  return response.data({ success = true, message = "Success" })
end

--- Marks content of a session as available; returns the link for its event.
local function make_ready(emulator, app, session, kind, format)
  session.ready = session.ready or {}
  session.ready[kind] = true
  return downloads.link(emulator, app, { kind = kind, id = session.id, format = format })
end

local function sync_chat(emulator, task)
  local app, session, meeting = lifecycle.of_task(emulator, task)
  if #session.chat == 0 then return end
  local url, expiry = make_ready(emulator, app, session, "chat", emulator.options.chat_format)
  events.publish(emulator, app, {
    event = "meeting.chatSynced",
    sessionId = session.id,
    meetingId = meeting.id,
    title = meeting.fields.title,
    chatDownloadUrl = url,
    chatDownloadUrlExpiry = expiry,
    createdAt = clock.format(session.created),
    startedAt = clock.format(session.started),
    endedAt = clock.format(session.ended),
    organizedBy = { id = app.id, name = app.fields.name },
  })
end

local function is_transcribed(session, meeting)
  local ai_config = meeting.fields.ai_config or {}
  if (ai_config.transcription or {}).language == "multi" then return false end
  return #session_content.transcribed(session) > 0
end

local function transcribe(emulator, task)
  local app, session, meeting = lifecycle.of_task(emulator, task)
  -- From here on the meeting may change, the transcript does not.
  session.transcribe_all = meeting.fields.transcribe_on_end == true
  session.has_dated_transcript = emulator.options.transcript_times == "date"
  if not is_transcribed(session, meeting) then return end
  local url, expiry = make_ready(emulator, app, session, "transcript", "CSV")
  events.publish(emulator, app, {
    event = "meeting.transcript",
    meeting = events.meeting(app, meeting, session),
    transcriptDownloadUrl = url,
    transcriptDownloadUrlExpiry = expiry,
  })
  if meeting.fields.summarize_on_end then
    lifecycle.plan(emulator, session, "session.summarize", SUMMARY_DELAY)
  end
end

local function summarize(emulator, task)
  local app, session, meeting = lifecycle.of_task(emulator, task)
  session.summary = session_content.summarize(session, meeting)
  local url, expiry = make_ready(emulator, app, session, "summary", session.summary.format)
  events.publish(emulator, app, {
    event = "meeting.summary",
    meeting = events.meeting(app, meeting, session),
    summaryDownloadUrl = url,
    summaryDownloadUrlExpiry = expiry,
  })
end

local ONE = "/sessions/{session_id}"

return {
  routes = {
    { "GET", ONE .. "/chat", get_chat },
    { "GET", ONE .. "/transcript", get_transcript, query = fields.transcript },
    { "GET", ONE .. "/summary", get_summary },
    { "POST", ONE .. "/summary", request_summary },
  },
  tasks = {
    ["session.sync_chat"] = sync_chat,
    ["session.transcribe"] = transcribe,
    ["session.summarize"] = summarize,
  },
}
