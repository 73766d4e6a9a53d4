-- SPDX-License-Identifier: MIT
-- A meeting that a call returned.

local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local object = require("rtk.values.object")

local NO_DELETE = 'the API cannot delete a meeting: set status = "INACTIVE" with update, so that'
  .. " nobody can join, and end its session with kick_all of client.active_session; close does both"
local NO_END = "close ends the session of a meeting and keeps everyone out;"
  .. " kick_all of client.active_session only ends the session"

---@class rtk.Meeting
---@field package _client rtk.Client
local Meeting = object.class("rtk.Meeting", {
  delete = NO_DELETE,
  destroy = NO_DELETE,
  finish = NO_END,
  kick = "client.active_session:kick(meeting_id, body) does",
  kick_all = "client.active_session:kick_all(meeting_id) does",
  livestream = "client.livestreams:get_of_meeting(meeting_id) gets it",
  mute = "client.active_session:mute(meeting_id, body) does",
  mute_all = "client.active_session:mute_all(meeting_id, body) does",
  remove = NO_DELETE,
  start = "a session starts when the first participant joins, with the token of add_participant",
  stop = NO_END,
})

--- Updates fields and takes over the response: PATCH /meetings/{meeting_id}
---@param body rtk.MeetingUpdate
---@param options? rtk.CallOptions
---@return rtk.Meeting? self, string? message, rtk.Error? err
function Meeting:update(body, options)
  return object.merge(self, body, self._client.meetings:update(self.id, body, options))
end

--- Replaces the meeting and takes over the response: PUT /meetings/{meeting_id}
---@param body rtk.MeetingReplace
---@param options? rtk.CallOptions
---@return rtk.Meeting? self, string? message, rtk.Error? err
function Meeting:replace(body, options)
  return object.replace(self, self._client.meetings:replace(self.id, body, options))
end

--- Reloads it: GET /meetings/{meeting_id}
---@param options? rtk.CallOptions
---@return rtk.Meeting? self, string? message, rtk.Error? err
function Meeting:reload(options)
  return object.replace(self, self._client.meetings:get(self.id, nil, options))
end

--- Lists its participants: GET /meetings/{meeting_id}/participants
---@param query? rtk.ParticipantsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Participant>? page, string? message, rtk.Error? err
function Meeting:participants(query, options)
  return self._client.meetings:list_participants(self.id, query, options)
end

--- Iterates over all of its participants; the iterator raises the message on failure.
---@param query? rtk.ParticipantsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Participant?
function Meeting:each_participant(query, options)
  return self._client.meetings:each_participant(self.id, query, options)
end

--- Adds a participant; the response has the token to join with.
--- POST /meetings/{meeting_id}/participants
---@param body rtk.ParticipantCreate
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meeting:add_participant(body, options)
  return self._client.meetings:add_participant(self.id, body, options)
end

--- Makes sure that a person is among its participants, and gives a fresh token; see
--- ensure_participant of client.meetings.
--- GET /meetings/{meeting_id}/participants and
--- POST /meetings/{meeting_id}/participants or
--- POST /meetings/{meeting_id}/participants/{participant_id}/token
---@param body rtk.ParticipantCreate
---@param options? rtk.EnsureParticipantOptions
---@return rtk.Participant? participant with a token
---@return "created"|"found"|string|nil outcome, or the message
---@return rtk.Error? err
function Meeting:ensure_participant(body, options)
  return self._client.meetings:ensure_participant(self.id, body, options)
end

--- Gets the session in progress: GET /meetings/{meeting_id}/active-session
---@param options? rtk.CallOptions
---@return rtk.Session? session, string? message, rtk.Error? err
function Meeting:active_session(options)
  return self._client.active_session:get(self.id, nil, options)
end

--- Removes participants: POST /meetings/{meeting_id}/active-session/kick
---@param body rtk.Kick
---@param options? rtk.CallOptions
---@return rtk.KickResult? value, string? message, rtk.Error? err
function Meeting:kick(body, options)
  return self._client.active_session:kick(self.id, body, options)
end

--- Removes all participants: POST /meetings/{meeting_id}/active-session/kick-all
---@param options? rtk.CallOptions
---@return rtk.KickAllResult? value, string? message, rtk.Error? err
function Meeting:kick_all(options)
  return self._client.active_session:kick_all(self.id, nil, options)
end

--- Mutes participants: POST /meetings/{meeting_id}/active-session/mute
--- One id in either list is enough.
---@param body rtk.Mute
---@param options? rtk.CallOptions
---@return rtk.MuteResult? value, string? message, rtk.Error? err
function Meeting:mute(body, options)
  return self._client.active_session:mute(self.id, body, options)
end

--- Mutes all participants: POST /meetings/{meeting_id}/active-session/mute-all
--- Without allow_unmute in the body, rtk sends false: they cannot unmute themselves.
---@param body? rtk.MuteAll
---@param options? rtk.CallOptions
---@return rtk.MuteAllResult? value, string? message, rtk.Error? err
function Meeting:mute_all(body, options)
  return self._client.active_session:mute_all(self.id, body, options)
end

--- Creates a poll for the participants: POST /meetings/{meeting_id}/active-session/poll
---@param body rtk.PollCreate
---@param options? rtk.CallOptions
---@return rtk.PollResult? value, string? message, rtk.Error? err
function Meeting:create_poll(body, options)
  return self._client.active_session:create_poll(self.id, body, options)
end

-- A copy of the caller's query or body with this meeting's id, under the name that the API expects.
local function with_id(name, payload, id, fields)
  misuse.check(name, id, "string")
  if fields ~= nil then misuse.check(payload, fields, "table") end
  local copy = {}
  for key, value in input_table.pairs("body", fields or {}) do
    copy[key] = value
  end
  copy[name] = id
  return copy
end

--- Starts to record it: POST /recordings
---@param body? rtk.RecordingStart without meeting_id
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Meeting:start_recording(body, options)
  return self._client.recordings:start(with_id("meeting_id", "body", self.id, body), options)
end

--- Lists its recordings: GET /recordings
---@param query? rtk.RecordingsQuery without meeting_id
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Recording>? page, string? message, rtk.Error? err
function Meeting:recordings(query, options)
  return self._client.recordings:list(with_id("meeting_id", "query", self.id, query), options)
end

--- Gets the recording that is running: GET /recordings/active-recording/{meeting_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Meeting:active_recording(options)
  return self._client.recordings:get_active(self.id, nil, options)
end

--- Starts to stream it: POST /meetings/{meeting_id}/livestreams
---@param body? rtk.LivestreamStart
---@param options? rtk.CallOptions
---@return rtk.Livestream? livestream, string? message, rtk.Error? err
function Meeting:start_livestream(body, options)
  return self._client.livestreams:start(self.id, body, options)
end

--- Stops streaming it: POST /meetings/{meeting_id}/active-livestream/stop
---@param options? rtk.CallOptions
---@return rtk.LivestreamStopped? value, string? message, rtk.Error? err
function Meeting:stop_livestream(options)
  return self._client.livestreams:stop(self.id, nil, options)
end

--- Gets the livestream that it has, live or not, with its sessions.
--- GET /meetings/{meeting_id}/livestream
---@param query? rtk.MeetingLivestreamQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDetails? details, string? message, rtk.Error? err
function Meeting:livestream(query, options)
  return self._client.livestreams:get_of_meeting(self.id, query, options)
end

--- Lists its sessions: GET /sessions
---@param query? rtk.SessionsQuery without associated_id
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Session>? page, string? message, rtk.Error? err
function Meeting:sessions(query, options)
  return self._client.sessions:list(with_id("associated_id", "query", self.id, query), options)
end

--- Waits until a session is in progress in it, with growing pauses.
--- GET /meetings/{meeting_id}/active-session
--- The API's 404 does not tell a meeting without a session from no meeting, so it waits for both.
--- Failures that pass do not end the wait before its time. The error has kind "timeout" when the
--- time is over.
---@param wait? rtk.WaitOptions
---@param options? rtk.CallOptions of each look
---@return rtk.Session? session, string? message, rtk.Error? err
function Meeting:wait_live(wait, options)
  return require("rtk.resources.jobs.waits").meeting_live(self, wait, options)
end

--- Who is in it now: those of the session in progress who have not left.
--- GET /meetings/{meeting_id}/active-session and GET /sessions/{session_id}/participants
---@param options? rtk.CallOptions
---@return rtk.SessionParticipant[]? participants empty without a session
---@return string? message
---@return rtk.Error? err
function Meeting:present(options)
  return self._client.meetings:present(self.id, options)
end

--- Ends the call for all, and keeps everyone out; see close of client.meetings.
--- PATCH /meetings/{meeting_id}, after all else
---@param options? rtk.EnsureOptions
---@return rtk.ClosedMeeting? report, string? message, rtk.Error? err
function Meeting:close(options)
  local report, message, err = self._client.meetings:close(self.id, options)
  local fresh = (report or err.done or {}).meeting
  if fresh then object.merge(self, nil, fresh) end
  return report, message, err
end

return Meeting
