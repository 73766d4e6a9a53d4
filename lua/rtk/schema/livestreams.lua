-- SPDX-License-Identifier: MIT
-- Livestreams and their sessions. The list and the details are typed here as they
-- were seen on the wire (an array, `sessions`, paging beside `data`), not as the
-- reference draws them (one object with paging inside, `session`); the singular
-- field is kept beside the plural one.

local t = require("rtk.schema.type")
local media_output = require("rtk.schema.media_output")
local paging = require("rtk.schema.paging")

local livestreams = {}

local status = t.enum({ "LIVE", "IDLE", "ERRORED", "INVOKED" }, "LivestreamStatus")

livestreams.Livestream = t.object("Livestream", { id = t.string }, {
  created_at = t.string,
  disabled = t.note(t.union({ t.boolean, t.string }), "Documented as both."),
  ingest_server = t.string,
  meeting_id = t.string,
  name = t.nullable(t.string),
  playback_url = t.note(t.string, "For viewers."),
  status = status,
  stream_key = t.note(t.secret, "Anyone who has it can broadcast."),
  updated_at = t.string,
})

livestreams.LivestreamSession = t.object("LivestreamSession", { id = t.string }, {
  created_at = t.string,
  err_message = t.nullable(t.string),
  ingest_seconds = t.note(t.union({ t.integer, t.string }), "Documented as both."),
  invoked_time = t.nullable(t.string),
  livestream_id = t.string,
  started_time = t.string,
  stopped_time = t.nullable(t.string),
  updated_at = t.string,
  viewer_seconds = t.note(t.union({ t.number, t.string }), "Documented as both."),
})

-- A list in the answer may be its only item, and the livestream the only item of `livestreams`.
local LivestreamDetails = t.object("LivestreamDetails", {}, {
  livestream = livestreams.Livestream,
  paging = paging.Paging,
  session = livestreams.LivestreamSession,
  sessions = t.array(livestreams.LivestreamSession),
})

livestreams.operations = {
  ["GET /livestreams"] = {
    query = t.extend(paging.PageQuery, "LivestreamsQuery", {
      end_time = t.moment,
      exclude_meetings = t.boolean,
      -- Other lists say DESC; the official SDK and the reference agree on DSC here.
      sort_order = t.enum({ "ASC", "DSC", "DESC" }),
      start_time = t.moment,
      status = status,
    }),
    reply = t.array(livestreams.Livestream),
    paging = "envelope",
  },
  -- Cloudflare's own SDK and command line tool have dropped it.
  ["POST /livestreams"] = {
    body = t.object("LivestreamCreate", {}, { name = t.string }),
    reply = livestreams.Livestream,
  },
  ["GET /livestreams/{livestream_id}"] = {
    query = t.extend(paging.PageQuery, "LivestreamQuery"),
    reply = LivestreamDetails,
    holds = "livestream",
  },
  ["GET /livestreams/{livestream_id}/active-livestream-session"] = {
    reply = t.object("ActiveLivestreamSession", {}, {
      livestream = livestreams.Livestream,
      session = livestreams.LivestreamSession,
    }),
    holds = "livestream",
  },
  ["GET /livestreams/sessions/{livestream_session_id}"] = {
    reply = livestreams.LivestreamSession,
  },
  ["GET /meetings/{meeting_id}/livestream"] = {
    query = t.extend(paging.PageQuery, "MeetingLivestreamQuery"),
    reply = LivestreamDetails,
    holds = "livestream",
    paging = "envelope",
  },
  ["POST /meetings/{meeting_id}/livestreams"] = {
    body = t.object("LivestreamStart", {}, {
      manual_ingest = t.note(t.boolean, "You send the stream, to ingest_server with stream_key."),
      name = t.nullable(t.string),
      video_config = media_output.VideoSize,
    }),
    reply = livestreams.Livestream,
  },
  ["GET /meetings/{meeting_id}/active-livestream"] = { reply = livestreams.Livestream },
  ["POST /meetings/{meeting_id}/active-livestream/stop"] = {
    reply = t.object("LivestreamStopped", {}, { message = t.string }),
    repeatable = true,
  },
}

return livestreams
