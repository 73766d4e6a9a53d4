-- SPDX-License-Identifier: MIT
-- Warns, as an event, of a participant without a name: the API adds it, and its token cannot join.

local events = require("rtk.http.events")

local join_warning = {}

local adding = {
  ["POST /meetings/{meeting_id}/participants"] = true,
  ["PUT /meetings/{meeting_id}/participants/{participant_id}"] = true,
}

local WARNING = "the participant has no name: RealtimeKit's clients do not join without one"

local function has_name(fields)
  return type(fields) == "table" and type(fields.name) == "string" and fields.name ~= ""
end

--- Emits the warning if a call adds a participant without a name.
---@param channel rtk.Channel
---@param call rtk.Call
---@param body any as the caller passed it
---@param options? rtk.CallOptions
function join_warning.emit(channel, call, body, options)
  if not channel.settings.on_event or not adding[call.operation.name] then return end
  if has_name(body) or options and has_name(options.extra_body) then return end
  events.emit(channel, "warning", call, { message = WARNING })
end

return join_warning
