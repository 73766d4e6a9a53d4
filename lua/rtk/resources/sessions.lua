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

return Sessions
