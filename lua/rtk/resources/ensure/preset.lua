-- SPDX-License-Identifier: MIT
-- Finds a preset by its name and brings it to the fields of a body, or creates it.
--
-- The service refuses a second preset of one name, so two programs cannot create two.

local compare = require("rtk.resources.ensure.compare")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local operation = require("rtk.request.operation")
local read_only = require("rtk.request.read_only")
local search = require("rtk.resources.ensure.search")
local steps = require("rtk.resources.ensure.steps")

local presets = {}

local CREATE = "POST /presets"

-- The preset with exactly that name, with its contents.
local function find(self, name)
  local found, message, err = search.all(self.steps, function(options)
    return self.presets:_collect_named(name, options)
  end)
  if not found then return nil, message, err end
  if not found[1] then return false end
  return self.presets:get(found[1].id, nil, self.steps:options())
end

-- The part of a preset that a new one can have.
local function writable(preset)
  local create = operation.named[CREATE].fields
  return read_only.strip({ create.reply }, create.body, object.fields(preset))
end

-- Brings a preset to the fields of the body. The answer may be partial, so it is read again.
local function adopt(self, preset, body)
  local changed = compare.differences(preset, body)
  if not changed then return preset, "unchanged" end
  local id, sent = preset.id, compare.whole_parts(writable(preset), changed)
  local ok, message, err = self.presets:update(id, sent, self.steps:options())
  if not ok then return nil, message, err end
  preset, message, err = self.presets:get(id, nil, self.steps:options())
  if not preset then return nil, message, err end
  return preset, "updated"
end

local function find_or_create(self, body)
  local found, message, err = find(self, body.name)
  if found then return adopt(self, found, body) end
  if found == nil then return nil, message, err end
  local options = self.steps:options(function()
    return find(self, body.name)
  end)
  local preset
  preset, message, err = self.presets:create(body, options)
  if preset then return preset, "created" end
  if err.kind ~= "conflict" then return nil, message, err end
  -- Another program was faster.
  local why, failure
  found, why, failure = find(self, body.name)
  if found then return adopt(self, found, body) end
  if found == nil then return nil, why, failure end
  return nil, message, err
end

local function run(self, body)
  return self.steps:run({ "preset", body.name }, function()
    return find_or_create(self, body)
  end)
end

local function check_name(name, value)
  misuse.check(name, value, "string")
  if value == "" then misuse.raise(name .. " must not be empty") end
end

--- See rtk.Presets.ensure.
---@param resource rtk.Presets
---@param body table
---@param options? rtk.EnsureOptions
function presets.run(resource, body, options)
  misuse.check("body", body, "table")
  body = input_table.deep("body", body)
  check_name("body.name", body.name)
  return run({ presets = resource, steps = steps.new(resource._client, options, "once") }, body)
end

--- See rtk.Presets.copy.
---@param resource rtk.Presets
---@param from_id string
---@param name string
---@param changes? table
---@param options? rtk.EnsureOptions
function presets.copy(resource, from_id, name, changes, options)
  check_name("the name of the copy", name)
  changes = input_table.deep("changes", changes or {})
  misuse.check("changes", changes, "table")
  if changes.name ~= nil and changes.name ~= name then
    misuse.raise("changes.name differs from the name of the copy: leave it out")
  end
  local self = { presets = resource, steps = steps.new(resource._client, options, "once") }
  local original, message, err = resource:get(from_id, nil, self.steps:options())
  if not original then return nil, message, err end
  local body = compare.merge(writable(original), changes)
  body.name = name
  return run(self, body)
end

return presets
