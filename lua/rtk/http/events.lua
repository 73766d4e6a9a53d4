-- SPDX-License-Identifier: MIT
-- Passes the events of a call to on_event: plain tables without secrets.

local headers = require("rtk.http.headers")
local retry = require("rtk.http.retry")

---@class rtk.Event
---@field type "request"|"response"|"retry"|"wait"|"limiter"|"reconcile"|"warning"|"call"
---@field call_id string 16 hex digits, the same in all events of a call
---@field parent_id? string of rtk's own reads after a failure: the id of the call that failed
---@field operation string "VERB /template"; the verb alone for client:request
---@field tag? any the option of the call, else of the client
---@field method string
---@field url string without the query
---@field attempt integer attempts so far
---@field status? integer of a response, or of the one before a retry
---@field elapsed? number seconds, of a response
---@field kind? rtk.ErrorKind when it failed
---@field message? string when it failed; a note of the limiter; a warning
---@field request_id? string Cloudflare's id of the request, of a response
---@field seconds? number of a wait, and of the wait before a retry
---@field reason? "retry"|"rate_limit" of a wait
---@field outcome? "found"|"absent"|"unknown"|"success"|"failure" what reconcile found, or what
---became of the call
---@field attempts? integer of a call
---@field total? number seconds of a call, with everything that it did
---@field waited? number seconds of a call's waits between its attempts
---@field resolved_by? "reconcile"|"state_check" what made a success of a call whose attempts failed

local events = {}

-- Random, and in the order of the channel's calls. Forked processes have equal counters, but draw
-- different numbers.
local function new_id(channel)
  channel.call_count = (channel.call_count or 0) + 1
  local high, low = math.floor(retry.jitter() * 2 ^ 20), math.floor(retry.jitter() * 2 ^ 20)
  return ("%06x%05x%05x"):format(channel.call_count % 2 ^ 24, high, low)
end

--- The id of a call.
---@param channel rtk.Channel
---@param call rtk.Call
---@return string id
function events.id_of(channel, call)
  call.id = call.id or new_id(channel)
  return call.id
end

--- What all events of a call say, and what the function `headers` receives.
---@param channel rtk.Channel
---@param call rtk.Call
---@param fields? table to add it to
---@return table fields
function events.describe(channel, call, fields)
  fields = fields or {}
  fields.call_id = events.id_of(channel, call)
  fields.parent_id = call.parent_id
  fields.operation = call.operation.name or call.method
  fields.tag = call.tag
  fields.method = call.method
  fields.url = call.url:match("^[^?]*")
  fields.attempt = call.attempt
  return fields
end

--- Emits an event if there is an on_event. What that raises reaches the caller.
---@param channel rtk.Channel
---@param kind string the event's type
---@param call rtk.Call
---@param fields? table becomes the event
function events.emit(channel, kind, call, fields)
  local on_event = channel.settings.on_event
  if not on_event then return end
  local event = events.describe(channel, call, fields)
  event.type = kind
  on_event(event)
end

--- Notes when a call begins, for its last event.
---@param channel rtk.Channel
---@param call rtk.Call
function events.start(channel, call)
  if channel.settings.on_event then call.start_time = channel.runtime:now() end
end

--- Emits the last event of a call.
---@param channel rtk.Channel
---@param call rtk.Call
---@param reply? rtk.Reply when it succeeded
---@param err? rtk.Error when it failed
---@param resolved_by? "reconcile"|"state_check"
function events.finish(channel, call, reply, err, resolved_by)
  if not channel.settings.on_event then return end
  local fields = { outcome = reply and "success" or "failure", resolved_by = resolved_by }
  if reply then
    fields.status = reply.status
    fields.request_id = headers.request_id(headers.parse(reply.headers))
  else
    fields.status, fields.request_id = err.status, err.request_id
    fields.kind, fields.message = err.kind, channel.redact(err.message)
  end
  fields.attempts, fields.waited = call.attempt, call.waited or 0
  fields.total = channel.runtime:now() - (call.start_time or 0)
  events.emit(channel, "call", call, fields)
end

return events
