-- SPDX-License-Identifier: MIT
-- A participant that a call returned.
--
-- Responses do not name the participant's meeting, so the meeting's id stands beside the methods,
-- where pairs does not show it.

local object = require("rtk.values.object")

---@class rtk.Participant
---@field package _client rtk.Client
---@field package _meeting_id string
local Participant = object.class("rtk.Participant", {
  kick = "kick of client.active_session removes a participant from a session,"
    .. " delete keeps it from joining again",
  remove = "delete deletes it, kick of client.active_session removes it from a session",
})

--- Updates fields and takes over the response.
--- PATCH /meetings/{meeting_id}/participants/{participant_id}
---@param body rtk.ParticipantUpdate
---@param options? rtk.CallOptions
---@return rtk.Participant? self, string? message, rtk.Error? err
function Participant:update(body, options)
  local meetings = self._client.meetings
  local meeting_id = self._meeting_id
  return object.merge(self, body, meetings:update_participant(meeting_id, self.id, body, options))
end

--- Replaces the participant and takes over the response.
--- PUT /meetings/{meeting_id}/participants/{participant_id}
---@param body rtk.ParticipantReplace
---@param options? rtk.CallOptions
---@return rtk.Participant? self, string? message, rtk.Error? err
function Participant:replace(body, options)
  local meetings = self._client.meetings
  return object.replace(
    self,
    meetings:replace_participant(self._meeting_id, self.id, body, options)
  )
end

--- Deletes it: DELETE /meetings/{meeting_id}/participants/{participant_id}
---@param options? rtk.CallOptions
---@return rtk.DeletedParticipant? participant as it was, string? message, rtk.Error? err
function Participant:delete(options)
  return self._client.meetings:delete_participant(self._meeting_id, self.id, options)
end

--- Creates a new token and keeps it as the field token.
--- POST /meetings/{meeting_id}/participants/{participant_id}/token
---@param options? rtk.CallOptions
---@return rtk.Participant? self, string? message, rtk.Error? err
function Participant:refresh_token(options)
  local meetings = self._client.meetings
  local value, message, err = meetings:refresh_participant_token(self._meeting_id, self.id, options)
  if not value then return nil, message, err end
  self.token = value.token
  return self
end

--- Reloads it; the response has no token.
--- GET /meetings/{meeting_id}/participants/{participant_id}
---@param options? rtk.CallOptions
---@return rtk.Participant? self, string? message, rtk.Error? err
function Participant:reload(options)
  local meetings = self._client.meetings
  return object.replace(self, meetings:get_participant(self._meeting_id, self.id, options))
end

return Participant
