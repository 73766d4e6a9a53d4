-- SPDX-License-Identifier: MIT
-- Fields of sessions: queries of sessions and their participants, bodies of kick, mute and poll.
local field = require("rtk.emulator.http.field")

local IDS = field.array(field.string({ not_empty = true }))

-- The older reference requires both lists; callers send one, as the newer reference says.
local NAMED = field.object({ custom_participant_ids = IDS, participant_ids = IDS })

local ORDER = field.string({ one_of = { "ASC", "DESC" } })

return {
  list = field.page_query({
    associated_id = field.string(),
    end_time = field.time(),
    participants = field.string(),
    search = field.string(),
    sort_by = field.string({ one_of = { "minutesConsumed", "createdAt" } }),
    sort_order = ORDER,
    start_time = field.time(),
    status = field.string({ one_of = { "LIVE", "ENDED" } }),
  }),
  get = field.object({ include_breakout_rooms = field.boolean() }),
  participants = field.page_query({
    include_peer_events = field.boolean(),
    search = field.string(),
    sort_by = field.string({ one_of = { "joinedAt", "duration" } }),
    sort_order = ORDER,
    view = field.string({ one_of = { "raw", "consolidated" } }),
  }),
  participant = field.object({
    filters = field.string(),
    include_peer_events = field.boolean(),
  }),
  transcript = field.object({
    format = field.string({ one_of = { "SRT", "VTT", "JSON", "CSV" } }),
  }),
  kick = NAMED,
  mute = NAMED,
  mute_all = field.object({ allow_unmute = field.boolean({ required = true }) }),
  poll = field.object({
    anonymous = field.boolean(),
    hide_votes = field.boolean(),
    options = field.array(field.string({ not_empty = true }), { required = true }),
    question = field.string({ required = true, not_empty = true }),
  }),
}
