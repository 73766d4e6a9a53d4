-- SPDX-License-Identifier: MIT
-- Presets: the permissions of participants and the look of a meeting.

local object = require("rtk.values.object")
local resource = require("rtk.resources.base")

--- A preset that a call returned.
---@class rtk.Preset
---@field package _client rtk.Client
local Preset = object.class("rtk.Preset")

--- Updates fields and takes over the response: PATCH /presets/{preset_id}
---@param body rtk.PresetUpdate
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:update(body, options)
  return object.merge(self, body, self._client.presets:update(self.id, body, options))
end

--- Replaces the preset and takes over the response: PUT /presets/{preset_id}
---@param body rtk.PresetReplace
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:replace(body, options)
  return object.merge(self, body, self._client.presets:replace(self.id, body, options))
end

--- Deletes it: DELETE /presets/{preset_id}
---@param options? rtk.CallOptions
---@return rtk.Preset? preset with its id at least, string? message, rtk.Error? err
function Preset:delete(options)
  return self._client.presets:delete(self.id, options)
end

--- Reloads it: GET /presets/{preset_id}
---@param options? rtk.CallOptions
---@return rtk.Preset? self, string? message, rtk.Error? err
function Preset:reload(options)
  return object.replace(self, self._client.presets:get(self.id, options))
end

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

--- Iterates over all presets; the iterator raises the message on failure.
---@param query? rtk.PresetsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Preset?
function Presets:each(query, options)
  return self:_each(Preset, "GET /presets", {}, query, options)
end

--- Creates a preset: POST /presets
--- A name that already exists is an error of kind "conflict". The service wants permissions, and
--- ui.config_diff, for which {} will do, though the API reference calls them optional.
---@param body rtk.PresetCreate
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:create(body, options)
  return self:_item(Preset, "POST /presets", {}, body, options)
end

--- Makes sure that there is a preset with a name and the other given fields: finds it, and updates
--- it where it differs, or creates it. It compares only the fields that are given, at every depth.
--- Safe to run again, also by several programs at once: the API refuses a second preset of one
--- name.
--- GET /presets and GET /presets/{preset_id} and, where that is due, POST /presets or
--- PATCH /presets/{preset_id}
--- A new preset needs all parts, which rtk.preset fills in. An update sends each part that differs
--- as a whole, so it undoes what another program changes in that part at the same moment.
---@param body rtk.PresetUpdate with a name
---@param options? rtk.EnsureOptions
---@return rtk.Preset? preset
---@return "created"|"updated"|"unchanged"|string|nil outcome, or the message
---@return rtk.Error? err
function Presets:ensure(body, options)
  return require("rtk.resources.ensure.preset").run(self, body, options)
end

--- Makes sure that there is a copy of a preset under another name, with changes. A preset that has
--- the name already becomes the copy. GET /presets/{preset_id} and then as ensure.
---@param from_id string of the preset to copy
---@param name string of the copy
---@param changes? rtk.PresetUpdate merged into the copy at every depth
---@param options? rtk.EnsureOptions
---@return rtk.Preset? preset
---@return "created"|"updated"|"unchanged"|string|nil outcome, or the message
---@return rtk.Error? err
function Presets:copy(from_id, name, changes, options)
  return require("rtk.resources.ensure.preset").copy(self, from_id, name, changes, options)
end

--- Gets a preset: GET /presets/{preset_id}
---@param preset_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Preset? preset, string? message, rtk.Error? err
function Presets:get(preset_id, query, options)
  return self:_item(Preset, "GET /presets/{preset_id}", { preset_id }, query, options)
end

--- Updates fields of a preset: PATCH /presets/{preset_id}
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
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Preset? preset with its id at least, string? message, rtk.Error? err
function Presets:delete(preset_id, query, options)
  return self:_item(Preset, "DELETE /presets/{preset_id}", { preset_id }, query, options)
end

--- All presets with exactly a name; the API searches for a part of it.
---@param name string
---@param options? rtk.CallOptions
---@return rtk.Preset[]? presets, string? message, rtk.Error? err
function Presets:_collect_named(name, options)
  return self:_collect(Preset, "GET /presets", {}, { search = name }, function(preset)
    return preset.name == name
  end, options)
end

return Presets
