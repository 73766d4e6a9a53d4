-- SPDX-License-Identifier: MIT
-- Livestreams as the API shows them. Operations that create one show fewer members than those that
-- read it.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local view = {}

view.INGEST_SERVER = "rtmps://live.cloudflare.com:443/live/"

--- The reply to the start of a meeting's livestream.
---@param livestream table
---@return table
function view.started(livestream)
  return {
    id = livestream.id,
    ingest_server = view.INGEST_SERVER,
    playback_url = livestream.playback_url,
    status = livestream.status,
    stream_key = livestream.stream_key,
  }
end

--- The reply to the creation of an app's livestream.
---@param livestream table
---@return table
function view.created(livestream)
  local shown = view.started(livestream)
  shown.disabled = false
  shown.meeting_id = livestream.meeting_id or json.null
  shown.name = livestream.fields.name or json.null
  return shown
end

--- A livestream.
---@param livestream table
---@return table
function view.details(livestream)
  local shown = view.created(livestream)
  shown.created_at = clock.format(livestream.created)
  shown.updated_at = clock.format(livestream.updated)
  return shown
end

--- The same; the reference prints `disabled` as text.
---@param livestream table
---@param request rtk.emulator.Request
---@return table
function view.livestream(livestream, request)
  local shown = view.details(livestream)
  if request.options.documented then shown.disabled = tostring(shown.disabled) end
  return shown
end

--- A meeting's livestream as the newer reference draws it: a list of livestreams with one session,
--- whose seconds are text, and without its viewers.
---@param livestream table
---@param session? table as the API shows it
---@param paging table
---@return table
function view.drawn(livestream, session, paging)
  if session then
    session.ingest_seconds = string.format("%d", session.ingest_seconds)
    session.viewer_seconds = nil
  end
  return {
    livestreams = json.array({ view.details(livestream) }),
    paging = paging,
    sessions = session,
  }
end

return view
