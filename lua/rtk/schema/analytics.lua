-- SPDX-License-Identifier: MIT
-- Usage by day and in total.

local t = require("rtk.schema.type")

local analytics = {}

-- ISO 8601 in the reference, a number in the official SDK.
local moment = t.union({ t.string, t.integer })

local LivestreamTotals = t.object("LivestreamTotals", {}, {
  count = t.integer,
  total_ingest_seconds = t.integer,
  total_viewer_seconds = t.integer,
})

local RecordingStats = t.object("RecordingStats", {}, {
  day_stats = t.array(t.object("RecordingDay", {}, {
    day = t.string,
    total_recording_minutes = t.number,
    total_recordings = t.integer,
  })),
  recording_count = t.integer,
  recording_minutes_consumed = t.number,
})

local SessionStats = t.object("SessionStats", {}, {
  day_stats = t.array(t.object("SessionDay", {}, {
    day = t.string,
    total_session_minutes = t.number,
    total_sessions = t.integer,
  })),
  sessions_count = t.integer,
  sessions_minutes_consumed = t.number,
})

analytics.operations = {
  ["GET /analytics/daywise"] = {
    query = t.object("DaywiseQuery", {}, { end_date = t.day, start_date = t.day }),
    reply = t.object("Daywise", {}, {
      recording_stats = RecordingStats,
      session_stats = SessionStats,
    }),
  },
  ["GET /analytics/livestreams/overall"] = {
    query = t.object("LivestreamAnalyticsQuery", {}, {
      end_time = moment,
      filters = t.string,
      start_time = moment,
    }),
    reply = LivestreamTotals,
  },
  ["GET /analytics/livestreams/daywise"] = {
    query = t.object("LivestreamDaywiseQuery", {}, {
      end_time = moment,
      filters = t.string,
      start_time = moment,
    }),
    reply = t.array(t.extend(LivestreamTotals, "LivestreamDay", { date = t.nullable(t.string) })),
  },
}

return analytics
