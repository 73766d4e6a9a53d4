-- SPDX-License-Identifier: MIT
-- Livestreams as the API shows them. The calls that make one show less of it than those that read
-- it.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local M = {}

M.INGEST_SERVER = "rtmps://live.cloudflare.com:443/live/"

--- What the start of a meeting's livestream answers.
---@param livestream table
---@return table
function M.started(livestream)
  return {
    id = livestream.id,
    ingest_server = M.INGEST_SERVER,
    playback_url = livestream.playback_url,
    status = livestream.status,
    stream_key = livestream.stream_key,
  }
end

--- What the creation of an app's livestream answers.
---@param livestream table
---@return table
function M.created(livestream)
  local shown = M.started(livestream)
  shown.disabled = false
  shown.meeting_id = livestream.meeting_id or json.null
  shown.name = livestream.fields.name or json.null
  return shown
end

--- A livestream; the reference prints `disabled` as text.
---@param livestream table
---@param request table
---@return table
function M.livestream(livestream, request)
  local shown = M.created(livestream)
  if request.options.documented then shown.disabled = tostring(shown.disabled) end
  shown.created_at = clock.format(livestream.created)
  shown.updated_at = clock.format(livestream.updated)
  return shown
end

return M
