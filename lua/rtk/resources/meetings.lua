-- SPDX-License-Identifier: MIT
-- Meetings and the participants who may join them.

local Meeting = require("rtk.resources.meeting")
local Participant = require("rtk.resources.participant")
local resource = require("rtk.resources.base")

---@class rtk.ParticipantFields
---@field custom_participant_id? string
---@field preset_name? string
---@field name? string
---@field id? string

---@class rtk.Meetings: rtk.Resource
local Meetings = resource.class("meetings", {
  getMeetingByID = "get",
  updateMeetingByID = "update",
  replaceMeetingByID = "replace",
  getMeetingParticipants = "list_participants",
  addParticipant = "add_participant",
  getMeetingParticipant = "get_participant",
  editParticipant = "update_participant",
  deleteMeetingParticipant = "delete_participant",
  refreshParticipantToken = "refresh_participant_token",
}, Meeting._absent)

--- Lists meetings: GET /meetings
---@param query? rtk.MeetingsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Meeting>? page, string? message, rtk.Error? err
function Meetings:list(query, options)
  return self:_page(Meeting, "GET /meetings", {}, query, options)
end

--- Iterates over all meetings; the iterator raises the message on failure.
---@param query? rtk.MeetingsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Meeting?
function Meetings:each(query, options)
  return self:_each(Meeting, "GET /meetings", {}, query, options)
end

--- Creates a meeting: POST /meetings
---@param body? rtk.MeetingCreate
---@param options? rtk.CallOptions
---@return rtk.Meeting? meeting, string? message, rtk.Error? err
function Meetings:create(body, options)
  return self:_item(Meeting, "POST /meetings", {}, body, options)
end

--- Makes sure that there is a meeting with a title and the other given fields: finds it, and
--- updates it where it differs, or creates it. It compares only the fields that are given. Safe to
--- run again, also by several programs at once, which end with the same meeting.
--- GET /meetings and, where that is due, POST /meetings or PATCH /meetings/{meeting_id}
--- Of several meetings with the title it takes the oldest that is ACTIVE, else the oldest; with
--- status = "ACTIVE" in the body that one can be joined again. The API deletes no meetings: when
--- several programs create one at once, all but the oldest become INACTIVE. It cannot know of a
--- meeting whose request is still under way, or that the list does not show yet, nor whom another
--- ACTIVE one with the title is for: it leaves those alone that were there before. What the API
--- never shows, such as the secrets of a storage, it takes for different.
---@param body rtk.MeetingUpdate with a title
---@param options? rtk.EnsureOptions
---@return rtk.Meeting? meeting
---@return "created"|"updated"|"unchanged"|string|nil outcome, or the message
---@return rtk.Error? err
function Meetings:ensure(body, options)
  return require("rtk.resources.ensure.meeting").run(self, body, options)
end

--- Gets a meeting: GET /meetings/{meeting_id}
---@param meeting_id string
---@param query? rtk.MeetingQuery
---@param options? rtk.CallOptions
---@return rtk.Meeting? meeting, string? message, rtk.Error? err
function Meetings:get(meeting_id, query, options)
  return self:_item(Meeting, "GET /meetings/{meeting_id}", { meeting_id }, query, options)
end

--- Updates fields of a meeting: PATCH /meetings/{meeting_id}
---@param meeting_id string
---@param body rtk.MeetingUpdate
---@param options? rtk.CallOptions
---@return rtk.Meeting? meeting, string? message, rtk.Error? err
function Meetings:update(meeting_id, body, options)
  return self:_item(Meeting, "PATCH /meetings/{meeting_id}", { meeting_id }, body, options)
end

--- Replaces a meeting: PUT /meetings/{meeting_id}
---@param meeting_id string
---@param body rtk.MeetingReplace
---@param options? rtk.CallOptions
---@return rtk.Meeting? meeting, string? message, rtk.Error? err
function Meetings:replace(meeting_id, body, options)
  return self:_item(Meeting, "PUT /meetings/{meeting_id}", { meeting_id }, body, options)
end

--- Lists the participants of a meeting: GET /meetings/{meeting_id}/participants
---@param meeting_id string
---@param query? rtk.ParticipantsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Participant>? page, string? message, rtk.Error? err
function Meetings:list_participants(meeting_id, query, options)
  return self:_page(
    Participant,
    "GET /meetings/{meeting_id}/participants",
    { meeting_id },
    query,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Iterates over all participants of a meeting; the iterator raises the message on failure.
---@param meeting_id string
---@param query? rtk.ParticipantsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Participant?
function Meetings:each_participant(meeting_id, query, options)
  return self:_each(
    Participant,
    "GET /meetings/{meeting_id}/participants",
    { meeting_id },
    query,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Finds the participant with the given fields: GET /meetings/{meeting_id}/participants
--- The API has no search, so this reads page after page until it finds one.
---@param meeting_id string
---@param fields rtk.ParticipantFields all of which it must have
---@param options? rtk.CallOptions
---@return rtk.Participant|false|nil participant false when there is none
---@return string? message
---@return rtk.Error? err
function Meetings:find_participant(meeting_id, fields, options)
  return self:_find(
    Participant,
    "GET /meetings/{meeting_id}/participants",
    { meeting_id },
    fields,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Adds a participant; the response has the token to join with.
--- POST /meetings/{meeting_id}/participants
--- A participant without a name cannot join with RealtimeKit's clients, though the API calls it
--- optional; an event of type "warning" says so.
---@param meeting_id string
---@param body rtk.ParticipantCreate
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meetings:add_participant(meeting_id, body, options)
  return self:_item(
    Participant,
    "POST /meetings/{meeting_id}/participants",
    { meeting_id },
    body,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Makes sure that a person can join a meeting: finds the participant with the
--- custom_participant_id of the body, or adds it. The participant has a new token, and the name,
--- preset and picture of the body. Safe to run again, also by several programs at once, which end
--- with one participant.
--- GET /meetings/{meeting_id}/participants and
--- POST /meetings/{meeting_id}/participants or
--- POST /meetings/{meeting_id}/participants/{participant_id}/token
--- It reads the whole list, once where it finds the participant and twice where it adds one; with
--- `participant_id` it need not. Of several with one custom_participant_id the oldest stays, and
--- this deletes the others, so use it for nobody who shall be there twice. It cannot know of a
--- participant whose request is still under way, or that the list does not show yet: the next
--- look-up deletes it then. All of its calls go before others at the rate limit.
---@param meeting_id string
---@param body rtk.ParticipantCreate
---@param options? rtk.EnsureParticipantOptions
---@return rtk.Participant? participant with a token
---@return "created"|"found"|string|nil outcome, or the message
---@return rtk.Error? err
function Meetings:ensure_participant(meeting_id, body, options)
  return require("rtk.resources.ensure.participant").run(self, meeting_id, body, options)
end

--- Gets a participant: GET /meetings/{meeting_id}/participants/{participant_id}
---@param meeting_id string
---@param participant_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meetings:get_participant(meeting_id, participant_id, query, options)
  return self:_item(
    Participant,
    "GET /meetings/{meeting_id}/participants/{participant_id}",
    { meeting_id, participant_id },
    query,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Updates a participant; the response has a token.
--- PATCH /meetings/{meeting_id}/participants/{participant_id}
---@param meeting_id string
---@param participant_id string
---@param body rtk.ParticipantUpdate
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meetings:update_participant(meeting_id, participant_id, body, options)
  return self:_item(
    Participant,
    "PATCH /meetings/{meeting_id}/participants/{participant_id}",
    { meeting_id, participant_id },
    body,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Replaces a participant; the response has a token.
--- PUT /meetings/{meeting_id}/participants/{participant_id}
--- Unlike an update it can change the custom_participant_id, and needs it and the preset_name.
---@param meeting_id string
---@param participant_id string
---@param body rtk.ParticipantReplace
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meetings:replace_participant(meeting_id, participant_id, body, options)
  return self:_item(
    Participant,
    "PUT /meetings/{meeting_id}/participants/{participant_id}",
    { meeting_id, participant_id },
    body,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Deletes a participant: DELETE /meetings/{meeting_id}/participants/{participant_id}
---@param meeting_id string
---@param participant_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.DeletedParticipant? participant as it was, string? message, rtk.Error? err
function Meetings:delete_participant(meeting_id, participant_id, query, options)
  return self:_item(
    Participant,
    "DELETE /meetings/{meeting_id}/participants/{participant_id}",
    { meeting_id, participant_id },
    query,
    options,
    { _meeting_id = meeting_id }
  )
end

--- Creates a new token for a participant.
--- POST /meetings/{meeting_id}/participants/{participant_id}/token
---@param meeting_id string
---@param participant_id string the participant's id, not the custom one
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.ParticipantToken? value with the field token, string? message, rtk.Error? err
function Meetings:refresh_participant_token(meeting_id, participant_id, body, options)
  return self:_value(
    "POST /meetings/{meeting_id}/participants/{participant_id}/token",
    { meeting_id, participant_id },
    body,
    options
  )
end

--- Who is in a meeting now: those of the session in progress who have not left. Someone with two
--- devices is there twice. GET /meetings/{meeting_id}/active-session and
--- GET /sessions/{session_id}/participants
---@param meeting_id string
---@param options? rtk.CallOptions
---@return rtk.SessionParticipant[]? participants empty without a session
---@return string? message
---@return rtk.Error? err
function Meetings:present(meeting_id, options)
  return require("rtk.resources.jobs.attendance").present(self, meeting_id, options)
end

--- Ends a call for all, and keeps everyone out: stops the recordings and the livestream, removes
--- all participants, makes the meeting INACTIVE, in this order. Safe to run again: what is so
--- already is left as it is. GET /recordings and
--- PUT /recordings/{recording_id}, POST /meetings/{meeting_id}/active-livestream/stop,
--- POST /meetings/{meeting_id}/active-session/kick-all, GET and PATCH /meetings/{meeting_id}
--- A step that fails does not keep it from the next ones; err.done then says what it did.
---@param meeting_id string
---@param options? rtk.EnsureOptions
---@return rtk.ClosedMeeting? report, string? message, rtk.Error? err
function Meetings:close(meeting_id, options)
  return require("rtk.resources.jobs.ending").close(self, meeting_id, options)
end

--- All meetings with exactly a title; the API searches for a part of it.
---@param title string
---@param options? rtk.CallOptions
---@return rtk.Meeting[]? meetings, string? message, rtk.Error? err
function Meetings:_collect_titled(title, options)
  return self:_collect(Meeting, "GET /meetings", {}, { search = title }, function(meeting)
    return meeting.title == title
  end, options)
end

--- All participants of a meeting with a custom_participant_id.
---@param meeting_id string
---@param custom_id string
---@param options? rtk.CallOptions
---@return rtk.Participant[]? participants, string? message, rtk.Error? err
function Meetings:_collect_participants(meeting_id, custom_id, options)
  local operation = "GET /meetings/{meeting_id}/participants"
  local function accepts(participant)
    return participant.custom_participant_id == custom_id
  end
  local context = { _meeting_id = meeting_id }
  return self:_collect(Participant, operation, { meeting_id }, {}, accepts, options, context)
end

return Meetings
