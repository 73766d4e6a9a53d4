-- SPDX-License-Identifier: MIT
-- The session in progress in a meeting. Without one, every call fails with kind "not_found".

local error_as_success = require("rtk.attempts.error_as_success")
local Session = require("rtk.resources.session")
local resource = require("rtk.resources.base")

---@class rtk.ActiveSession: rtk.Resource
local ActiveSession = resource.class("active_session", {
  getActiveSession = "get",
  kickParticipants = "kick",
  kickAllParticipants = "kick_all",
}, {
  close = "kick_all ends it",
  create = Session._absent.start,
  delete = "kick_all ends it",
  finish = "kick_all ends it",
  remove = "kick removes some participants, kick_all ends it",
  start = Session._absent.start,
  stop = "kick_all ends it",
})

ActiveSession._operation_ids = {
  MuteAllParticipants = "mute_all",
  MuteParticipants = "mute",
}

--- Gets the session in progress: GET /meetings/{meeting_id}/active-session
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Session? session, string? message, rtk.Error? err
function ActiveSession:get(meeting_id, query, options)
  local operation = "GET /meetings/{meeting_id}/active-session"
  return self:_item(Session, operation, { meeting_id }, query, options)
end

--- Gets the session in progress, or false: GET /meetings/{meeting_id}/active-session
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Session|false|nil session false when there is none
---@return string? message
---@return rtk.Error? err
function ActiveSession:find(meeting_id, query, options)
  return error_as_success.or_false(self:get(meeting_id, query, options))
end

--- Removes participants: POST /meetings/{meeting_id}/active-session/kick
--- The value is empty when an earlier attempt did it and its response was lost.
---@param meeting_id string
---@param body rtk.Kick
---@param options? rtk.CallOptions
---@return rtk.KickResult? value, string? message, rtk.Error? err
function ActiveSession:kick(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-session/kick"
  return self:_value(operation, { meeting_id }, body, options)
end

--- Removes all participants: POST /meetings/{meeting_id}/active-session/kick-all
--- The value is empty when an earlier attempt did it and its response was lost.
---@param meeting_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.KickAllResult? value, string? message, rtk.Error? err
function ActiveSession:kick_all(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-session/kick-all"
  return self:_value(operation, { meeting_id }, body, options)
end

--- Mutes participants: POST /meetings/{meeting_id}/active-session/mute
--- One id in either list is enough. They can unmute themselves.
---@param meeting_id string
---@param body rtk.Mute
---@param options? rtk.CallOptions
---@return rtk.MuteResult? value, string? message, rtk.Error? err
function ActiveSession:mute(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-session/mute"
  return self:_value(operation, { meeting_id }, body, options)
end

--- Mutes all participants: POST /meetings/{meeting_id}/active-session/mute-all
--- The API requires allow_unmute: rtk sends false when it is absent, with which the participants
--- cannot unmute themselves.
---@param meeting_id string
---@param body? rtk.MuteAll
---@param options? rtk.CallOptions
---@return rtk.MuteAllResult? value, string? message, rtk.Error? err
function ActiveSession:mute_all(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-session/mute-all"
  return self:_value(operation, { meeting_id }, body, options)
end

--- Creates a poll for the participants: POST /meetings/{meeting_id}/active-session/poll
---@param meeting_id string
---@param body rtk.PollCreate
---@param options? rtk.CallOptions
---@return rtk.PollResult? value, string? message, rtk.Error? err
function ActiveSession:create_poll(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-session/poll"
  return self:_value(operation, { meeting_id }, body, options)
end

return ActiveSession
