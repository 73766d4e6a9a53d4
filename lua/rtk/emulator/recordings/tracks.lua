-- SPDX-License-Identifier: MIT
-- Recordings of tracks: one file for each peer and layer, named after the template that the service
-- shows until the files exist. The files of a recording are { layer, name, peer_id }, in order.
local downloads = require("rtk.emulator.downloads")
local json = require("rtk.emulator.util.json")
local lists = require("rtk.emulator.util.lists")

local tracks = {}

tracks.FILE_NAME = "{{file_name_prefix}}_{{user_id}}_{{peer_id}}_{{stream_kind}}_{{media_kind}}"
  .. "_{{date_time}}.webm"

local function is_wanted(peer, user_ids)
  if not user_ids or #user_ids == 0 then return true end
  return lists.contains(user_ids, peer.participant_id)
    or lists.contains(user_ids, peer.fields.custom_participant_id)
end

local function file_name(recording, layer, peer)
  local values = {
    file_name_prefix = layer.file_name_prefix or recording.meeting_id,
    user_id = peer.fields.custom_participant_id or peer.participant_id,
    peer_id = peer.id,
    stream_kind = "peer",
    media_kind = layer.media_kind or "audio",
    date_time = ("%d"):format(recording.started),
  }
  return (tracks.FILE_NAME:gsub("{{([a-z_]+)}}", values))
end

--- The files of a recording that has ended: of the peers who were there while it ran.
---@param recording table
---@param session? table
---@return table[] files
function tracks.files(recording, session)
  local files, layers = {}, recording.fields.layers or { default = {} }
  for _, name in ipairs(lists.sorted_keys(layers)) do
    for _, peer in ipairs(session and session.peers:select() or {}) do
      local was_there = peer.joined
        and peer.joined < recording.stopped
        and (peer.left or recording.stopped) > recording.started
      if was_there and is_wanted(peer, recording.fields.user_ids) then
        local file = { layer = name, peer_id = peer.id }
        file.name = file_name(recording, layers[name], peer)
        files[#files + 1] = file
      end
    end
  end
  return files
end

--- The layers with new links to their files, as `download_url` of a recording shows them.
---@param emulator rtk.Emulator
---@param app table
---@param recording table
---@return table[] layers
---@return string? expiry ISO 8601
function tracks.links(emulator, app, recording)
  local layers, by_name, expiry = json.array(), {}, nil
  for index, file in ipairs(recording.files) do
    local layer = by_name[file.layer]
    if not layer then
      layer = { layer_name = file.layer, download_urls = {} }
      by_name[file.layer], layers[#layers + 1] = layer, layer
    end
    local item = { kind = "track", id = recording.id .. "_" .. index, format = "webm" }
    local link
    link, expiry = downloads.link(emulator, app, item)
    layer.download_urls[file.name] = { download_url = link }
  end
  return layers, expiry
end

return tracks
