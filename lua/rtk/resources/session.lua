-- SPDX-License-Identifier: MIT
-- A session that a call returned.

local object = require("rtk.values.object")

local NO_DELETE = "the API cannot delete a session"
local NO_END = "kick_all of client.active_session ends the session of a meeting"
local NO_START = "a session starts when the first participant joins its meeting,"
  .. " with the token of client.meetings:add_participant"

---@class rtk.Session
---@field package _client rtk.Client
local Session = object.class("rtk.Session", {
  close = NO_END,
  create = NO_START,
  delete = NO_DELETE,
  finish = NO_END,
  kick = "client.active_session:kick removes participants from the session of a meeting",
  kick_all = NO_END,
  remove = NO_DELETE,
  start = NO_START,
  stop = NO_END,
  update = "the API cannot change a session; client.meetings:update changes its meeting",
})

--- Reloads it: GET /sessions/{session_id}
---@param options? rtk.CallOptions
---@return rtk.Session? self, string? message, rtk.Error? err
function Session:reload(options)
  return object.replace(self, self._client.sessions:get(self.id, nil, options))
end

--- Lists the participants: GET /sessions/{session_id}/participants
---@param query? rtk.SessionParticipantsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.SessionParticipant>? page, string? message, rtk.Error? err
function Session:participants(query, options)
  return self._client.sessions:list_participants(self.id, query, options)
end

--- Iterates over all participants; the iterator raises the message on failure.
---@param query? rtk.SessionParticipantsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.SessionParticipant?
function Session:each_participant(query, options)
  return self._client.sessions:each_participant(self.id, query, options)
end

--- Lists the sessions of the meeting's livestream that fell into it.
--- GET /sessions/{session_id}/livestream-sessions
---@param query? rtk.LivestreamSessionsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.LivestreamSession>? page, string? message, rtk.Error? err
function Session:livestream_sessions(query, options)
  return self._client.sessions:list_livestream_sessions(self.id, query, options)
end

--- Gets a link to all chat messages: GET /sessions/{session_id}/chat
---@param options? rtk.CallOptions
---@return rtk.SessionChat? chat, string? message, rtk.Error? err
function Session:chat(options)
  return self._client.sessions:get_chat(self.id, nil, options)
end

--- Gets a link to the whole transcript: GET /sessions/{session_id}/transcript
---@param query? rtk.TranscriptQuery
---@param options? rtk.CallOptions
---@return rtk.SessionTranscript? transcript, string? message, rtk.Error? err
function Session:transcript(query, options)
  return self._client.sessions:get_transcript(self.id, query, options)
end

--- Gets a link to the summary: GET /sessions/{session_id}/summary
---@param options? rtk.CallOptions
---@return rtk.SessionSummary? summary, string? message, rtk.Error? err
function Session:summary(options)
  return self._client.sessions:get_summary(self.id, nil, options)
end

--- Requests a summary: POST /sessions/{session_id}/summary
---@param options? rtk.CallOptions
---@return rtk.SummaryRequest? value, string? message, rtk.Error? err
function Session:generate_summary(options)
  return self._client.sessions:generate_summary(self.id, nil, options)
end

--- Waits until it has a status, with growing pauses, and takes over each response.
--- GET /sessions/{session_id}
--- Failures that pass do not end the wait before its time. The error has kind "timeout" when the
--- time is over.
---@param wait? rtk.StatusWait default status "ENDED"
---@param options? rtk.CallOptions of each look
---@return rtk.Session? self, string? message, rtk.Error? err
function Session:wait(wait, options)
  return require("rtk.resources.jobs.waits").session(self, wait, options)
end

--- How long everyone was in it, and how often they joined, by custom_participant_id or user_id.
--- GET /sessions/{session_id}/participants
---@param options? rtk.CallOptions
---@return table<string, rtk.Attendance>? people, string? message, rtk.Error? err
function Session:attendance(options)
  return self._client.sessions:attendance(self.id, options)
end

--- Downloads the chat: GET /sessions/{session_id}/chat
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.DownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Session:download_chat(target, options)
  return self._client.sessions:download_chat(self.id, target, options)
end

--- Downloads the transcript: GET /sessions/{session_id}/transcript
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.TranscriptDownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Session:download_transcript(target, options)
  return self._client.sessions:download_transcript(self.id, target, options)
end

--- Downloads the summary: GET /sessions/{session_id}/summary
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.DownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Session:download_summary(target, options)
  return self._client.sessions:download_summary(self.id, target, options)
end

--- Iterates over the messages of the chat and downloads it meanwhile.
--- GET /sessions/{session_id}/chat
--- The iterator raises the message on failure. On LuaJIT call its close when the loop is left.
---@param options? rtk.RowOptions
---@return rtk.RowIterator|fun(): rtk.ChatRow? iterator
---@return nil, nil
---@return rtk.RowIterator closing for a generic for of Lua 5.4
function Session:chat_rows(options)
  return self._client.sessions:chat_rows(self.id, options)
end

--- Iterates over the sentences of the transcript and downloads it meanwhile.
--- GET /sessions/{session_id}/transcript
--- The iterator raises the message on failure. On LuaJIT call its close when the loop is left.
---@param options? rtk.TranscriptRowOptions
---@return rtk.RowIterator|fun(): rtk.TranscriptRow? iterator
---@return nil, nil
---@return rtk.RowIterator closing for a generic for of Lua 5.4
function Session:transcript_rows(options)
  return self._client.sessions:transcript_rows(self.id, options)
end

--- Downloads the summary into a string: GET /sessions/{session_id}/summary
---@param options? rtk.RowOptions
---@return string? text, string? message, rtk.Error? err
function Session:summary_text(options)
  return self._client.sessions:summary_text(self.id, options)
end

return Session
