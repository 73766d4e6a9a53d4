-- SPDX-License-Identifier: MIT
-- Livestreams, and the sessions in which they were live.
--
-- start, stop, get_active and get_of_meeting take a meeting; the others take a livestream.
-- Stream keys are secrets: anyone with the key can stream to the livestream.

local error_as_success = require("rtk.attempts.error_as_success")
local object = require("rtk.values.object")
local resource = require("rtk.resources.base")

local NO_DELETE = "the API cannot delete a livestream;"
  .. " client.livestreams:stop stops that of a meeting"
local NO_UPDATE = "the API cannot change a livestream"

local absent = {
  delete = NO_DELETE,
  remove = NO_DELETE,
  replace = NO_UPDATE,
  start = "client.livestreams:start starts one, and takes a meeting's id",
  stop = "client.livestreams:stop stops it, and takes a meeting's id",
  update = NO_UPDATE,
}

--- A livestream that a call returned.
---@class rtk.Livestream
---@field package _client rtk.Client
local Livestream = object.class("rtk.Livestream", absent)

--- Gets its details, with its sessions: GET /livestreams/{livestream_id}
---@param query? rtk.LivestreamQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDetails? details, string? message, rtk.Error? err
function Livestream:details(query, options)
  return self._client.livestreams:get(self.id, query, options)
end

--- Reloads it: GET /livestreams/{livestream_id}
---@param options? rtk.CallOptions
---@return rtk.Livestream? self, string? message, rtk.Error? err
function Livestream:reload(options)
  local details, message, err = self._client.livestreams:get(self.id, nil, options)
  return object.replace(self, details and (details.livestream or details), message, err)
end

--- Gets the session in which it is live.
--- GET /livestreams/{livestream_id}/active-livestream-session
---@param options? rtk.CallOptions
---@return rtk.ActiveLivestreamSession? value, string? message, rtk.Error? err
function Livestream:active_session(options)
  return self._client.livestreams:get_active_session(self.id, nil, options)
end

--- Waits until it has a status, with growing pauses, and takes over each response.
--- GET /livestreams/{livestream_id}
--- Failures that pass do not end the wait before its time. The error has kind "timeout" when the
--- time is over, and reason "errored" when the livestream is ERRORED.
---@param wait? rtk.StatusWait default status "LIVE"
---@param options? rtk.CallOptions of each look
---@return rtk.Livestream? self, string? message, rtk.Error? err
function Livestream:wait(wait, options)
  return require("rtk.resources.jobs.waits").livestream(self, wait, options)
end

---@class rtk.Livestreams: rtk.Resource
local Livestreams = resource.class("livestreams", {
  getAllLivestreams = "list",
  getLivestreamSessionForLivestreamID = "get",
  getLivestreamSessionDetailsForSessionID = "get_session",
  getActiveLivestreamsForLivestreamID = "get_active_session",
  getMeetingActiveLivestreams = "get_active",
  startLivestreamingAMeeting = "start",
  stopLivestreamingAMeeting = "stop",
  getLivestreamAnalyticsComplete = "analytics:livestreams_overall",
  getLivestreamAnalyticsDaywise = "analytics:livestreams_daywise",
  getOrgAnalytics = "analytics:daywise",
}, absent)

Livestreams._operation_ids = { livestream_session_details = "get_of_meeting" }

--- Lists livestreams: GET /livestreams
---@param query? rtk.LivestreamsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Livestream>? page, string? message, rtk.Error? err
function Livestreams:list(query, options)
  return self:_page(Livestream, "GET /livestreams", {}, query, options)
end

--- Iterates over all livestreams; the iterator raises the message on failure.
---@param query? rtk.LivestreamsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Livestream?
function Livestreams:each(query, options)
  return self:_each(Livestream, "GET /livestreams", {}, query, options)
end

--- Creates a livestream without a meeting: POST /livestreams
--- Only the API reference still has it: Cloudflare's own SDK and command line tool have dropped it.
---@param body? rtk.LivestreamCreate
---@param options? rtk.CallOptions
---@return rtk.Livestream? livestream, string? message, rtk.Error? err
function Livestreams:create(body, options)
  return self:_item(Livestream, "POST /livestreams", {}, body, options)
end

--- Gets a livestream with its sessions: GET /livestreams/{livestream_id}
---@param livestream_id string
---@param query? rtk.LivestreamQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDetails? details, string? message, rtk.Error? err
function Livestreams:get(livestream_id, query, options)
  local operation = "GET /livestreams/{livestream_id}"
  return self:_value(operation, { livestream_id }, query, options, { livestream = Livestream })
end

--- Gets one session of a livestream: GET /livestreams/sessions/{livestream_session_id}
---@param livestream_session_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.LivestreamSession? session, string? message, rtk.Error? err
function Livestreams:get_session(livestream_session_id, query, options)
  local operation = "GET /livestreams/sessions/{livestream_session_id}"
  return self:_value(operation, { livestream_session_id }, query, options)
end

--- Gets a livestream with the session in which it is live.
--- GET /livestreams/{livestream_id}/active-livestream-session
---@param livestream_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.ActiveLivestreamSession? value, string? message, rtk.Error? err
function Livestreams:get_active_session(livestream_id, query, options)
  local operation = "GET /livestreams/{livestream_id}/active-livestream-session"
  return self:_value(operation, { livestream_id }, query, options, { livestream = Livestream })
end

--- Gets the livestream of a meeting: GET /meetings/{meeting_id}/active-livestream
--- When there is none, the error has kind "not_found".
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Livestream? livestream, string? message, rtk.Error? err
function Livestreams:get_active(meeting_id, query, options)
  local operation = "GET /meetings/{meeting_id}/active-livestream"
  return self:_item(Livestream, operation, { meeting_id }, query, options)
end

--- Gets the livestream of a meeting, or false: GET /meetings/{meeting_id}/active-livestream
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Livestream|false|nil livestream false when there is none
---@return string? message
---@return rtk.Error? err
function Livestreams:find_active(meeting_id, query, options)
  return error_as_success.or_false(self:get_active(meeting_id, query, options))
end

--- Gets the livestream that a meeting has, live or not, with its sessions.
--- GET /meetings/{meeting_id}/livestream
---@param meeting_id string
---@param query? rtk.MeetingLivestreamQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDetails? details, string? message, rtk.Error? err
function Livestreams:get_of_meeting(meeting_id, query, options)
  local operation = "GET /meetings/{meeting_id}/livestream"
  return self:_value(operation, { meeting_id }, query, options, { livestream = Livestream })
end

--- Starts to stream a meeting: POST /meetings/{meeting_id}/livestreams
---@param meeting_id string
---@param body? rtk.LivestreamStart
---@param options? rtk.CallOptions
---@return rtk.Livestream? livestream, string? message, rtk.Error? err
function Livestreams:start(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/livestreams"
  return self:_item(Livestream, operation, { meeting_id }, body, options)
end

--- Makes sure that a meeting is streamed: the livestream that runs, or a new one. Safe to run
--- again, also by several programs at once: the API refuses a second livestream of a meeting. While
--- the previous one is still stopping it waits, up to `wait` seconds.
--- POST /meetings/{meeting_id}/livestreams and, where that finds one,
--- GET /meetings/{meeting_id}/active-livestream
--- It takes a livestream that runs as it is, and cannot compare it with the body. After a lost
--- answer it says "created", because it cannot know whether another program was faster.
---@param meeting_id string
---@param body? rtk.LivestreamStart
---@param options? rtk.EnsureStartedOptions
---@return rtk.Livestream? livestream
---@return "created"|"found"|string|nil outcome, or the message
---@return rtk.Error? err
function Livestreams:ensure_started(meeting_id, body, options)
  local started = require("rtk.resources.ensure.started")
  return started.livestream(self, meeting_id, body, options)
end

--- Stops streaming a meeting: POST /meetings/{meeting_id}/active-livestream/stop
--- The value is empty when an earlier attempt did it and its response was lost.
---@param meeting_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.LivestreamStopped? value, string? message, rtk.Error? err
function Livestreams:stop(meeting_id, body, options)
  local operation = "POST /meetings/{meeting_id}/active-livestream/stop"
  return self:_value(operation, { meeting_id }, body, options)
end

return Livestreams
