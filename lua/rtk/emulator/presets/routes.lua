-- SPDX-License-Identifier: MIT
-- Presets of an app, with unique names. Lists show names and times. The service adds defaults for
-- absent members, wants `permissions` and `ui.config_diff` for a new preset, and answers a PATCH
-- without the id and a DELETE without the preset. With the option `documented` all this, and the
-- times outside of lists, is as in the reference.
local fields = require("rtk.emulator.presets.fields")
local json = require("rtk.emulator.util.json")
local paging = require("rtk.emulator.http.paging")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local system_presets = require("rtk.emulator.state.default_presets")
local text = require("rtk.emulator.util.text")
local validate = require("rtk.emulator.http.validate")

local presets = {}

-- Defaults that the service adds to a preset.
local FILLED_IN = {
  config = {
    media = {
      audio = { enable_high_bitrate = false, enable_stereo = false },
      video = { simulcast = false },
    },
  },
  permissions = system_presets.default_permissions(),
  ui = { config_diff = {} },
}

local function fill_in(target, defaults)
  for name, value in pairs(defaults) do
    if target[name] == nil then
      target[name] = json.copy(value)
    elseif type(value) == "table" and type(target[name]) == "table" then
      fill_in(target[name], value)
    end
  end
end

local function view(preset, request)
  local shown = record.view({
    id = preset.id,
    created = preset.created,
    updated = preset.updated,
    fields = json.copy(preset.fields),
  })
  if request.options.documented then
    shown.created_at, shown.updated_at = nil, nil
  else
    fill_in(shown, FILLED_IN)
  end
  return shown
end

local function view_in_list(preset)
  local shown = record.view(preset)
  return {
    id = shown.id,
    name = shown.name,
    created_at = shown.created_at,
    updated_at = shown.updated_at,
  }
end

--- The app's preset of a name, or nil.
---@param app table
---@param name string
---@return table? preset
function presets.find_by_name(app, name)
  return app:all("presets"):find(function(preset)
    return preset.fields.name == name
  end)
end

--- A failure when another preset has the name.
local function check_duplicate(request, name, own)
  local other = presets.find_by_name(request.app, name)
  if other and other ~= own then
    return response.failure(409, 'A preset with the name "' .. name .. '" already exists')
  end
end

local function list(request)
  local search = request.query.search
  local selected = request.app:all("presets"):select(search and function(preset)
    return text.contains(preset.fields.name, search)
  end)
  return response.page(paging.cut(request, selected, view_in_list))
end

local function create(request)
  local failure = not request.options.documented and validate.body(fields.create, request.body)
    or check_duplicate(request, request.body.name)
  if failure then return failure end
  local body = record.merge(fields.body, {}, request.body)
  local preset = request.app:all("presets"):add(record.new(request.emulator, body))
  return response.data(view(preset, request), 201)
end

local function get(request)
  local preset, failure = request:find("preset")
  return failure or response.data(view(preset, request))
end

--- Stores new fields unless they are incomplete or take another preset's name; returns the preset
--- as the API shows it, or nil and a failure.
local function store(request, preset, new_fields)
  local failure = validate.body(fields.body, new_fields)
    or check_duplicate(request, new_fields.name, preset)
  if failure then return nil, failure end
  return view(record.update(request.emulator, preset, new_fields), request)
end

local function update(request)
  local preset, failure = request:find("preset")
  if not preset then return failure end
  local current = json.copy(preset.fields)
  -- Absent permissions get their defaults before a partial update.
  if request.body.permissions then fill_in(current, { permissions = FILLED_IN.permissions }) end
  local merged = record.merge(fields.body, current, request.body, request.options.patch)
  local shown, refused = store(request, preset, merged)
  if not shown then return refused end
  if not request.options.documented then shown.id = nil end
  return response.data(shown)
end

local function replace(request)
  local preset, failure = request:find("preset")
  if not preset then return failure end
  local shown, refused = store(request, preset, record.merge(fields.body, {}, request.body))
  return refused or response.data(shown)
end

local function delete(request)
  local preset, failure = request:find("preset")
  if not preset then return failure end
  request.app:all("presets"):remove(preset)
  request.emulator.clock:tick()
  if request.options.documented then return response.data(view(preset, request)) end
  return response.data({ message = "Deleted preset successfully" })
end

presets.routes = {
  { "GET", "/presets", list, query = fields.list },
  { "POST", "/presets", create, body = fields.body },
  { "GET", "/presets/{preset_id}", get },
  { "PATCH", "/presets/{preset_id}", update, body = fields.body, partial = true },
  { "PUT", "/presets/{preset_id}", replace, body = fields.body, newest = fields.newest },
  { "DELETE", "/presets/{preset_id}", delete },
}

return presets
