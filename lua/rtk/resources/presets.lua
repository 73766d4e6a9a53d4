-- SPDX-License-Identifier: MIT
-- Presets: what participants may do and how a meeting looks to them.

local Preset = require("rtk.resources.preset")
local resource = require("rtk.resources.base")

---@class rtk.Presets: rtk.Resource
local Presets = resource.class("presets", {
  getPresetByID = "get",
  replacePresetByID = "replace",
})

--- Lists presets, without their contents: GET /presets
---@param query? rtk.PresetsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Preset>? page, string? message, rtk.Error? err
function Presets:list(query, options)
  return self:_page(Preset, "GET /presets", {}, query, options)
end

--- Walks all presets; the iterator raises the message on failure.
---@param query? rtk.PresetsQuery
---@param options? rtk.EachOptions
---@return fun(): rtk.Preset?
function Presets:each(query, options)
  return self:_each(Preset, "GET /presets", {}, query, options)
end

--- Creates a preset: POST /presets
--- A name that exists already is kind "conflict".
---@param body rtk.PresetCreate
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:create(body, options)
  return self:_item(Preset, "POST /presets", {}, body, options)
end

--- Gets a preset: GET /presets/{preset_id}
---@param preset_id string
---@param query? rtk.CallOptions there is no query, so options may stand here
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:get(preset_id, query, options)
  return self:_item(Preset, "GET /presets/{preset_id}", { preset_id }, query, options)
end

--- Changes some fields of a preset: PATCH /presets/{preset_id}
---@param preset_id string
---@param body rtk.PresetUpdate
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:update(preset_id, body, options)
  return self:_item(Preset, "PATCH /presets/{preset_id}", { preset_id }, body, options)
end

--- Replaces a preset: PUT /presets/{preset_id}
---@param preset_id string
---@param body rtk.PresetReplace
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:replace(preset_id, body, options)
  return self:_item(Preset, "PUT /presets/{preset_id}", { preset_id }, body, options)
end

--- Deletes a preset: DELETE /presets/{preset_id}
---@param preset_id string
---@param query? rtk.CallOptions there is no query, so options may stand here
---@param options? rtk.CallOptions
---@return rtk.Preset? preset as it was, string? message, rtk.Error? err
function Presets:delete(preset_id, query, options)
  return self:_item(Preset, "DELETE /presets/{preset_id}", { preset_id }, query, options)
end

return Presets
