-- SPDX-License-Identifier: MIT
-- Sessions, their participants, and the downloads available afterwards.
-- Connection statistics are in peer_stats.lua and peer_report.lua.

local t = require("rtk.schema.type")
local livestreams = require("rtk.schema.livestreams")
local paging = require("rtk.schema.paging")
local peer_report = require("rtk.schema.peer_report")
local stats = require("rtk.schema.peer_stats")

local sessions = {}

local status = t.enum({ "LIVE", "ENDED" }, "SessionStatus")

sessions.Session = t.object("Session", {
  id = t.string,
  associated_id = t.note(t.string, "The meeting's id."),
  created_at = t.string,
  live_participants = t.integer,
  max_concurrent_participants = t.integer,
  meeting_display_name = t.string,
  minutes_consumed = t.number,
  organization_id = t.note(t.string, "The app's id."),
  started_at = t.string,
  status = status,
  type = t.enum({ "meeting", "livestream", "participant" }),
  updated_at = t.string,
}, {
  breakout_rooms = t.array(t.any),
  ended_at = t.string,
  meta = t.any,
})

local SessionParticipant = t.object("SessionParticipant", { id = t.string }, {
  created_at = t.string,
  custom_participant_id = t.string,
  display_name = t.string,
  duration = t.note(t.number, "Minutes."),
  joined_at = t.string,
  left_at = t.string,
  peer_events = t.array(stats.PeerEvent),
  peer_stats = t.note(stats.PeerStats, "Gone from newer sources, like quality_stats."),
  preset_name = t.string,
  quality_stats = t.array(stats.QualityStats),
  updated_at = t.string,
  user_id = t.string,
})

sessions.operations = {
  ["GET /sessions"] = {
    query = t.extend(paging.PageQuery, "SessionsQuery", {
      associated_id = t.note(t.string, "A meeting's id."),
      end_time = t.moment,
      participants = t.string,
      search = t.note(t.string, "A meeting's title or id, or a session's id."),
      sort_by = t.enum({ "minutesConsumed", "createdAt" }),
      sort_order = paging.sort_order,
      start_time = t.moment,
      status = status,
    }),
    instead = { meeting_id = "associated_id" },
    reply = t.array(sessions.Session),
    wrapper = "sessions",
    paging = "envelope",
  },
  -- Newer sources have this one without its wrapper.
  ["GET /sessions/{session_id}"] = {
    query = t.object("SessionQuery", {}, { include_breakout_rooms = t.boolean }),
    reply = sessions.Session,
    wrapper = "session",
  },
  ["GET /sessions/{session_id}/participants"] = {
    query = t.extend(paging.PageQuery, "SessionParticipantsQuery", {
      include_peer_events = t.boolean,
      search = t.string,
      sort_by = t.enum({ "joinedAt", "duration" }),
      sort_order = paging.sort_order,
      view = t.note(t.enum({ "raw", "consolidated" }), "How durations of breakout rooms add up."),
    }),
    reply = t.array(SessionParticipant),
    wrapper = "participants",
    paging = "data",
  },
  ["GET /sessions/{session_id}/participants/{participant_id}"] = {
    query = t.object("SessionParticipantQuery", {}, {
      filters = t.note(stats.filters, "Newer sources have dropped it."),
      include_peer_events = t.boolean,
    }),
    reply = SessionParticipant,
    wrapper = "participant",
  },
  ["GET /sessions/{session_id}/chat"] = {
    reply = t.object("SessionChat", {
      chat_download_url = t.secret,
      chat_download_url_expiry = t.string,
    }),
  },
  ["GET /sessions/{session_id}/transcript"] = {
    query = t.object("TranscriptQuery", {}, {
      format = t.enum({ "SRT", "VTT", "JSON", "CSV" }),
    }),
    reply = t.object("SessionTranscript", {
      sessionId = t.string,
      transcript_download_url = t.secret,
      transcript_download_url_expiry = t.string,
    }),
  },
  ["GET /sessions/{session_id}/summary"] = {
    reply = t.object("SessionSummary", {
      sessionId = t.string,
      summaryDownloadUrl = t.secret,
      summaryDownloadUrlExpiry = t.string,
    }),
  },
  ["POST /sessions/{session_id}/summary"] = {
    reply = t.object("SummaryRequest", {}, { session_id = t.string, status = t.string }),
    may_be_empty = true,
  },
  -- The newer reference draws a single session, and shows a list by example.
  ["GET /sessions/{session_id}/livestream-sessions"] = {
    query = t.extend(paging.PageQuery, "LivestreamSessionsQuery"),
    reply = t.array(livestreams.LivestreamSession),
    wrapper = "data",
    paging = "data",
  },
  ["GET /sessions/peer-report/{peer_id}"] = {
    query = t.object("PeerReportQuery", {}, {
      filters = stats.filters,
      include_peer_events = t.boolean,
    }),
    reply = peer_report.PeerReport,
    wrapper = "participant",
  },
}

return sessions
