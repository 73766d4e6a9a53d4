-- SPDX-License-Identifier: MIT
-- The session that is running in a meeting.

local t = require("rtk.schema.type")
local sessions = require("rtk.schema.sessions")

local active_session = {}

local KickedParticipant = t.object("KickedParticipant", {
  id = t.string,
  created_at = t.string,
  updated_at = t.string,
}, {
  email = t.string,
  name = t.string,
  picture = t.string,
})

local Poll = t.object("Poll", {
  id = t.string,
  options = t.array(t.object("PollOption", {
    count = t.integer,
    text = t.string,
    votes = t.array(t.object("PollVote", { id = t.string, name = t.string })),
  })),
  question = t.string,
}, {
  anonymous = t.boolean,
  created_by = t.string,
  hide_votes = t.boolean,
  voted = t.array(t.string),
})

local MutedParticipant = t.extend(KickedParticipant, "MutedParticipant")

active_session.operations = {
  ["GET /meetings/{meeting_id}/active-session"] = { reply = sessions.Session },
  -- The reference requires both lists, the official SDK neither; one is enough.
  ["POST /meetings/{meeting_id}/active-session/kick"] = {
    body = t.object("Kick", {}, {
      custom_participant_ids = t.array(t.string),
      participant_ids = t.array(t.string),
    }),
    reply = t.object("KickResult", {}, {
      action = t.string,
      participants = t.array(KickedParticipant),
    }),
    repeatable = true,
  },
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = {
    reply = t.object("KickAllResult", {}, {
      action = t.string,
      kicked_participants_count = t.integer,
    }),
    repeatable = true,
  },
  -- Sources differ as for kick; one list is enough.
  ["POST /meetings/{meeting_id}/active-session/mute"] = {
    body = t.object("Mute", {}, {
      custom_participant_ids = t.array(t.string),
      participant_ids = t.array(t.string),
    }),
    reply = t.object("MuteResult", {}, {
      action = t.string,
      participants = t.array(MutedParticipant),
    }),
    repeatable = true,
  },
  ["POST /meetings/{meeting_id}/active-session/mute-all"] = {
    body = t.object("MuteAll", {
      allow_unmute = t.note(t.boolean, "Whether they can unmute themselves; default false."),
    }),
    defaults = { allow_unmute = false },
    reply = t.object("MuteAllResult", {}, {
      action = t.string,
      muted_participants_count = t.integer,
    }),
    repeatable = true,
  },
  ["POST /meetings/{meeting_id}/active-session/poll"] = {
    body = t.object("PollCreate", {
      options = t.array(t.string),
      question = t.string,
    }, {
      anonymous = t.boolean,
      hide_votes = t.boolean,
    }),
    reply = t.object("PollResult", {}, { action = t.string, poll = Poll }),
  },
}

return active_session
