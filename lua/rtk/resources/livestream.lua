-- SPDX-License-Identifier: MIT
-- One livestream, as a reply brought it.

local object = require("rtk.resources.object")

---@class rtk.Livestream
---@field package _client rtk.Client
local Livestream = object.class("rtk.Livestream")

--- Gets it again, with its sessions: GET /livestreams/{livestream_id}
---@param query? rtk.LivestreamQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDetails? details, string? message, rtk.Error? err
function Livestream:details(query, options)
  return self._client.livestreams:get(self.id, query, options)
end

--- Gets the session in which it is live.
--- GET /livestreams/{livestream_id}/active-livestream-session
---@param options? rtk.CallOptions
---@return rtk.ActiveLivestreamSession? value, string? message, rtk.Error? err
function Livestream:active_session(options)
  return self._client.livestreams:get_active_session(self.id, nil, options)
end

return Livestream
