-- SPDX-License-Identifier: MIT
-- Passes the events of a call to on_event: plain tables without secrets.

---@class rtk.Event
---@field type "request"|"response"|"retry"|"wait"|"limiter"|"reconcile"
---@field method string
---@field url string without the query
---@field attempt integer attempts so far
---@field status? integer of a response, or of the one before a retry
---@field elapsed? number seconds, of a response
---@field kind? rtk.ErrorKind when it failed
---@field message? string when it failed; or a note of the limiter
---@field request_id? string when it failed
---@field seconds? number of a wait, and of the wait before a retry
---@field reason? "retry"|"rate_limit" of a wait
---@field outcome? "found"|"absent"|"unknown" what reconcile found

local events = {}

--- Emits an event if there is an on_event. What that raises reaches the caller.
---@param channel rtk.Channel
---@param kind string the event's type
---@param call rtk.Call
---@param fields? table becomes the event
function events.emit(channel, kind, call, fields)
  local on_event = channel.settings.on_event
  if not on_event then return end
  local event = fields or {}
  event.type = kind
  event.method = call.method
  event.url = call.url:match("^[^?]*")
  event.attempt = call.attempt
  on_event(event)
end

return events
