-- SPDX-License-Identifier: MIT
-- Fields of webhooks, and the names of the events.
local field = require("rtk.emulator.http.field")

local EVENTS = {
  "meeting.started",
  "meeting.ended",
  "meeting.participantJoined",
  "meeting.participantLeft",
  "meeting.chatSynced",
  "recording.statusUpdate",
  "livestreaming.statusUpdate",
  "meeting.transcript",
  "meeting.summary",
}

return {
  EVENTS = EVENTS,
  body = field.object({
    enabled = field.boolean(),
    events = field.array(field.string({ one_of = EVENTS }), { required = true }),
    name = field.string({ required = true, not_empty = true }),
    url = field.uri({ required = true, schemes = { "http", "https" } }),
  }),
}
