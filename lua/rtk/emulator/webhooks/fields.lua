-- SPDX-License-Identifier: MIT
-- What the body of a webhook may contain, and the names of the events that it can ask for.
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
