-- SPDX-License-Identifier: MIT
-- One preset, as a reply brought it.

local object = require("rtk.resources.object")

---@class rtk.Preset
---@field package _client rtk.Client
local Preset = object.class("rtk.Preset")

--- Changes some fields and takes over the answer: PATCH /presets/{preset_id}
---@param body rtk.PresetUpdate
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:update(body, options)
  return object.merge(self, body, self._client.presets:update(self.id, body, options))
end

--- Replaces the preset and takes over the answer: PUT /presets/{preset_id}
---@param body rtk.PresetReplace
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:replace(body, options)
  return object.merge(self, body, self._client.presets:replace(self.id, body, options))
end

--- Deletes it: DELETE /presets/{preset_id}
---@param options? rtk.CallOptions
---@return rtk.Preset? preset as it was, string? message, rtk.Error? err
function Preset:delete(options)
  return self._client.presets:delete(self.id, options)
end

--- Reads it again: GET /presets/{preset_id}
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:reload(options)
  return object.replace(self, self._client.presets:get(self.id, options))
end

return Preset
