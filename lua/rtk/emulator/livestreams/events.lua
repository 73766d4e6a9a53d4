-- SPDX-License-Identifier: MIT
-- The event livestreaming.statusUpdate. Its states differ from those of the API: LIVE, OFFLINE
-- after the end, IDLE while a livestream waits for ingest.
local events = require("rtk.emulator.webhooks.events")
local view = require("rtk.emulator.livestreams.view")

local livestream_events = {}

---@param emulator rtk.Emulator
---@param app table
---@param livestream table
---@param status "LIVE"|"OFFLINE"|"IDLE"
function livestream_events.publish(emulator, app, livestream, status)
  local id = livestream.meeting_id
  local meeting = id and app:all("meetings"):get(id)
  events.publish(emulator, app, {
    event = "livestreaming.statusUpdate",
    ingestServer = view.INGEST_SERVER,
    manualIngest = not id,
    meeting = meeting and events.meeting(app, meeting),
    playbackUrl = livestream.playback_url,
    status = status,
    streamId = livestream.id,
    streamKey = livestream.stream_key,
  })
end

return livestream_events
