-- SPDX-License-Identifier: MIT
-- One meeting, as a reply brought it.

local object = require("rtk.object")

---@class rtk.Meeting
---@field package _client rtk.Client
local Meeting = { _type = "rtk.Meeting" }

--- Changes some fields and takes over the answer: PATCH /meetings/{meeting_id}
---@param body rtk.MeetingUpdate
---@param options? rtk.CallOptions
---@return rtk.Meeting? self, string? message, rtk.Error? err
function Meeting:update(body, options)
  return object.merge(self, self._client.meetings:update(self.id, body, options))
end

--- Replaces the meeting and takes over the answer: PUT /meetings/{meeting_id}
---@param body rtk.MeetingReplace
---@param options? rtk.CallOptions
---@return rtk.Meeting? self, string? message, rtk.Error? err
function Meeting:replace(body, options)
  return object.replace(self, self._client.meetings:replace(self.id, body, options))
end

--- Reads it again: GET /meetings/{meeting_id}
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

--- Adds a participant; the reply has the token to join with.
--- POST /meetings/{meeting_id}/participants
---@param body rtk.ParticipantCreate
---@param options? rtk.CallOptions
---@return rtk.Participant? participant, string? message, rtk.Error? err
function Meeting:add_participant(body, options)
  return self._client.meetings:add_participant(self.id, body, options)
end

return Meeting
