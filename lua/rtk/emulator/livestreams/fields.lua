-- SPDX-License-Identifier: MIT
-- What the bodies of livestreams may contain (`create` for one of the app, `start` for one of a
-- meeting), and the queries of the list, of one with its sessions, and of the figures.
local field = require("rtk.emulator.http.field")

-- The reference has ISO 8601, the newer one Unix seconds.
local MOMENT = field.time({ unix = true })

return {
  create = field.object({ name = field.string() }),
  start = field.object({
    name = field.string(),
    video_config = field.object({ height = field.number(), width = field.number() }),
  }),
  list = field.page_query({
    end_time = field.time(),
    exclude_meetings = field.boolean(),
    -- Not DESC, as elsewhere.
    sort_order = field.string({ one_of = { "ASC", "DSC" } }),
    start_time = field.time(),
    status = field.string({ one_of = { "LIVE", "IDLE", "ERRORED", "INVOKED" } }),
  }),
  one = field.page_query(),
  figures = field.object({ end_time = MOMENT, start_time = MOMENT }),
}
