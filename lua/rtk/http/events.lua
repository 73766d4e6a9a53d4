-- SPDX-License-Identifier: MIT
-- What a call tells on_event: plain tables without anything secret.

---@class rtk.Event
---@field type "request"|"response"|"retry"|"wait"|"limiter"|"reconcile"
---@field method string
---@field url string without the query
---@field attempt integer how often the request was sent so far
---@field status? integer of a response, or of the one that leads to a retry
---@field elapsed? number seconds, of a response
---@field kind? rtk.ErrorKind when it failed
---@field message? string when it failed; or what the limiter says
---@field request_id? string when it failed
---@field seconds? number of a wait, and of the wait before a retry
---@field reason? "retry"|"rate_limit" of a wait
---@field outcome? "found"|"absent"|"unknown" what reconcile found out

local events = {}

--- Tells one event, if anybody listens. What the listener raises goes through.
---@param shared table of a client
---@param kind string the event's type
---@param call table
---@param fields? table becomes the event
function events.emit(shared, kind, call, fields)
  local on_event = shared.settings.on_event
  if not on_event then return end
  local told = fields or {}
  told.type = kind
  told.method = call.method
  told.url = call.url:match("^[^?]*")
  told.attempt = call.attempt
  on_event(told)
end

return events
