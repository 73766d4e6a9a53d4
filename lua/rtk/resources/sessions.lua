-- SPDX-License-Identifier: MIT
-- Sessions of meetings, with their participants, chats and transcripts.

local Session = require("rtk.resources.session")
local resource = require("rtk.resources.base")

-- Records of the past: they have no methods.
local LivestreamSession = { _type = "rtk.LivestreamSession" }
local PeerReport = { _type = "rtk.PeerReport" }
local SessionParticipant = { _type = "rtk.SessionParticipant" }

---@class rtk.Sessions: rtk.Resource
local Sessions = resource.class("sessions", {
  getSessions = "list",
  getSessionDetails = "get",
  getSessionParticipants = "list_participants",
  getSessionParticipantDetails = "get_participant",
  getSessionChat = "get_chat",
  getSessionTranscripts = "get_transcript",
  getSessionSummary = "get_summary",
  generateSummaryOfTranscripts = "generate_summary",
  getParticipantDataFromPeerID = "get_peer_report",
}, Session._absent)

--- Lists sessions: GET /sessions
--- To find those of one meeting, give its id as associated_id.
---@param query? rtk.SessionsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Session>? page, string? message, rtk.Error? err
function Sessions:list(query, options)
  return self:_page(Session, "GET /sessions", {}, query, options)
end

--- Iterates over all sessions; the iterator raises the message on failure.
---@param query? rtk.SessionsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Session?
function Sessions:each(query, options)
  return self:_each(Session, "GET /sessions", {}, query, options)
end

--- Gets a session: GET /sessions/{session_id}
---@param session_id string
---@param query? rtk.SessionQuery
---@param options? rtk.CallOptions
---@return rtk.Session? session, string? message, rtk.Error? err
function Sessions:get(session_id, query, options)
  return self:_item(Session, "GET /sessions/{session_id}", { session_id }, query, options)
end

--- Lists the participants: GET /sessions/{session_id}/participants
---@param session_id string
---@param query? rtk.SessionParticipantsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.SessionParticipant>? page, string? message, rtk.Error? err
function Sessions:list_participants(session_id, query, options)
  local operation = "GET /sessions/{session_id}/participants"
  return self:_page(SessionParticipant, operation, { session_id }, query, options)
end

--- Iterates over all participants; the iterator raises the message on failure.
---@param session_id string
---@param query? rtk.SessionParticipantsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.SessionParticipant?
function Sessions:each_participant(session_id, query, options)
  local operation = "GET /sessions/{session_id}/participants"
  return self:_each(SessionParticipant, operation, { session_id }, query, options)
end

--- Gets a participant: GET /sessions/{session_id}/participants/{participant_id}
---@param session_id string
---@param participant_id string the id that list_participants gives
---@param query? rtk.SessionParticipantQuery
---@param options? rtk.CallOptions
---@return rtk.SessionParticipant? participant, string? message, rtk.Error? err
function Sessions:get_participant(session_id, participant_id, query, options)
  return self:_item(
    SessionParticipant,
    "GET /sessions/{session_id}/participants/{participant_id}",
    { session_id, participant_id },
    query,
    options
  )
end

--- Gets a link to all chat messages: GET /sessions/{session_id}/chat
--- The link expires and goes to another host: fetch it without the API token.
---@param session_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.SessionChat? chat, string? message, rtk.Error? err
function Sessions:get_chat(session_id, query, options)
  return self:_value("GET /sessions/{session_id}/chat", { session_id }, query, options)
end

--- Gets a link to the whole transcript: GET /sessions/{session_id}/transcript
--- The link expires and goes to another host: fetch it without the API token.
---@param session_id string
---@param query? rtk.TranscriptQuery
---@param options? rtk.CallOptions
---@return rtk.SessionTranscript? transcript, string? message, rtk.Error? err
function Sessions:get_transcript(session_id, query, options)
  return self:_value("GET /sessions/{session_id}/transcript", { session_id }, query, options)
end

--- Gets a link to the summary of the transcript: GET /sessions/{session_id}/summary
--- The link expires and goes to another host: fetch it without the API token.
---@param session_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.SessionSummary? summary, string? message, rtk.Error? err
function Sessions:get_summary(session_id, query, options)
  return self:_value("GET /sessions/{session_id}/summary", { session_id }, query, options)
end

--- Downloads the chat of a session, with a fresh link whenever the one there is has expired.
--- GET /sessions/{session_id}/chat
--- See client:download for the options and failures.
---@param session_id string
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.DownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Sessions:download_chat(session_id, target, options)
  local downloads = require("rtk.resources.jobs.downloads")
  return downloads.of_session(self, "chat", session_id, target, options)
end

--- Downloads the transcript of a session, with a fresh link whenever the one there is has expired.
--- GET /sessions/{session_id}/transcript
--- See client:download for the options and failures.
---@param session_id string
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.TranscriptDownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Sessions:download_transcript(session_id, target, options)
  local downloads = require("rtk.resources.jobs.downloads")
  return downloads.of_session(self, "transcript", session_id, target, options)
end

--- Downloads the summary of a session, with a fresh link whenever the one there is has expired.
--- GET /sessions/{session_id}/summary
--- See client:download for the options and failures.
---@param session_id string
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.DownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Sessions:download_summary(session_id, target, options)
  local downloads = require("rtk.resources.jobs.downloads")
  return downloads.of_session(self, "summary", session_id, target, options)
end

--- Iterates over the messages of a session's chat, whatever the format of the file, and downloads
--- it meanwhile: GET /sessions/{session_id}/chat
--- The iterator raises the message on failure, also where the file is broken. Leaving the loop ends
--- the download; on LuaJIT, which has no closing values, call close of the iterator.
---@param session_id string
---@param options? rtk.RowOptions
---@return rtk.RowIterator|fun(): rtk.ChatRow? iterator
---@return nil, nil
---@return rtk.RowIterator closing for a generic for of Lua 5.4
function Sessions:chat_rows(session_id, options)
  return require("rtk.resources.jobs.session_rows").each(self, "chat", session_id, options)
end

--- Iterates over the sentences of a session's transcript, whatever the format of the file, and
--- downloads it meanwhile: GET /sessions/{session_id}/transcript
--- The iterator raises the message on failure, also where the file is broken. Leaving the loop ends
--- the download; on LuaJIT, which has no closing values, call close of the iterator.
---@param session_id string
---@param options? rtk.TranscriptRowOptions
---@return rtk.RowIterator|fun(): rtk.TranscriptRow? iterator
---@return nil, nil
---@return rtk.RowIterator closing for a generic for of Lua 5.4
function Sessions:transcript_rows(session_id, options)
  return require("rtk.resources.jobs.session_rows").each(self, "transcript", session_id, options)
end

--- Downloads the summary of a session into a string: GET /sessions/{session_id}/summary
---@param session_id string
---@param options? rtk.RowOptions
---@return string? text, string? message, rtk.Error? err
function Sessions:summary_text(session_id, options)
  return require("rtk.resources.jobs.session_rows").summary_text(self, session_id, options)
end

--- Requests a summary, which get_summary returns later: POST /sessions/{session_id}/summary
---@param session_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.SummaryRequest? value, string? message, rtk.Error? err
function Sessions:generate_summary(session_id, body, options)
  return self:_value("POST /sessions/{session_id}/summary", { session_id }, body, options)
end

--- Lists the sessions of the meeting's livestream that fell into a session.
--- GET /sessions/{session_id}/livestream-sessions
---@param session_id string
---@param query? rtk.LivestreamSessionsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.LivestreamSession>? page, string? message, rtk.Error? err
function Sessions:list_livestream_sessions(session_id, query, options)
  local operation = "GET /sessions/{session_id}/livestream-sessions"
  return self:_page(LivestreamSession, operation, { session_id }, query, options)
end

--- Iterates over all livestream sessions; the iterator raises the message on failure.
---@param session_id string
---@param query? rtk.LivestreamSessionsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.LivestreamSession?
function Sessions:each_livestream_session(session_id, query, options)
  local operation = "GET /sessions/{session_id}/livestream-sessions"
  return self:_each(LivestreamSession, operation, { session_id }, query, options)
end

--- Gets the connection report of one peer: GET /sessions/peer-report/{peer_id}
---@param peer_id string
---@param query? rtk.PeerReportQuery
---@param options? rtk.CallOptions
---@return rtk.PeerReport? report, string? message, rtk.Error? err
function Sessions:get_peer_report(peer_id, query, options)
  return self:_item(PeerReport, "GET /sessions/peer-report/{peer_id}", { peer_id }, query, options)
end

--- All participants of a session that a function accepts.
---@param session_id string
---@param accepts fun(participant: rtk.SessionParticipant): boolean?
---@param options? rtk.CallOptions
---@return rtk.SessionParticipant[]? participants, string? message, rtk.Error? err
function Sessions:_collect_participants(session_id, accepts, options)
  local operation = "GET /sessions/{session_id}/participants"
  return self:_collect(SessionParticipant, operation, { session_id }, {}, accepts, options)
end

--- All sessions in progress that a function accepts.
---@param accepts fun(session: rtk.Session): boolean?
---@param options? rtk.CallOptions
---@return rtk.Session[]? sessions, string? message, rtk.Error? err
function Sessions:_collect_live(accepts, options)
  return self:_collect(Session, "GET /sessions", {}, { status = "LIVE" }, accepts, options)
end

--- How long everyone was in a session, and how often they joined: by custom_participant_id, or by
--- user_id where there is none. GET /sessions/{session_id}/participants
--- Times in which someone was there twice count once. Who is still there is counted up to now.
---@param session_id string
---@param options? rtk.CallOptions
---@return table<string, rtk.Attendance>? people, string? message, rtk.Error? err
function Sessions:attendance(session_id, options)
  return require("rtk.resources.jobs.attendance").of_session(self, session_id, options)
end

--- The sessions in progress that began so long ago: GET /sessions
--- Ages are by the service's clock.
---@param which rtk.StaleSessions
---@param options? rtk.CallOptions
---@return rtk.Session[]? sessions, string? message, rtk.Error? err
function Sessions:stale(which, options)
  return require("rtk.resources.jobs.ending").stale(self, which, options)
end

--- Ends the sessions in progress that began so long ago: GET /sessions and, for each of them,
--- GET /meetings/{meeting_id}/active-session and
--- POST /meetings/{meeting_id}/active-session/kick-all
--- The meetings stay as they are. A session that has ended meanwhile is left alone, and so is the
--- next one of its meeting. One failure does not keep it from ending the others, unless no further
--- call can succeed; err.done then says what it did.
---@param which rtk.StaleSessions
---@param options? rtk.EnsureOptions
---@return rtk.ReapedSessions? report, string? message, rtk.Error? err
function Sessions:reap(which, options)
  return require("rtk.resources.jobs.ending").reap(self, which, options)
end

return Sessions
