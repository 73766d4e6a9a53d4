-- SPDX-License-Identifier: MIT
-- Adds the nearest preset names to "No preset found" and similar errors.
--
-- The API compares names exactly and does not list them, so rtk asks for them: one page, one
-- attempt, a few seconds. If that fails, the message stays as it was.

local core = require("rtk.core")
local errors = require("rtk.errors")
local envelope = require("rtk.pagination.envelope")
local inner_read = require("rtk.attempts.inner_read")
local redact = require("rtk.http.redact")
local suggest = require("rtk.suggest")

local LONGEST_LOOKUP = 3 -- seconds
local MOST_NAMES = 10
local LONGEST_NAME = 64 -- bytes
local LONGEST_HINT = 500 -- bytes
local PAGE_SIZE = 100

local QUERY = { per_page = PAGE_SIZE }
local OPTIONS = { max_retries = 0, total_timeout = LONGEST_LOOKUP }

local preset_hint = {}

-- Whether a call failed because no preset has the name in its body.
local function is_wanted(err, body)
  if err.kind ~= "not_found" and err.kind ~= "invalid" then return false end
  if type(body) ~= "table" or type(body.preset_name) ~= "string" then return false end
  local said = core.lower(err.message)
  local _, last = said:find("preset", 1, true)
  if not last then return false end
  return (said:find("found", last, true) or said:find("exist", last, true)) ~= nil
end

-- Names as they can be shown, of no more presets than were asked for. The server decides
-- how long they are; the time that this takes must not depend on it.
local function names_in(reply)
  local names = {}
  local items = envelope.read(reply.value) or {}
  for index = 1, math.min(#items, PAGE_SIZE) do
    local preset = items[index]
    local name = type(preset) == "table" and preset.name
    if type(name) == "string" then names[#names + 1] = redact.line(name, LONGEST_NAME) end
  end
  return names
end

local function hint_of(wanted, names)
  local nearest = suggest.nearest(wanted, names)
  if nearest then return ('did you mean the preset "%s"?'):format(nearest) end
  if #names == 0 then return "the app has no presets: create one with client.presets:create" end
  table.sort(names, core.before)
  local shown = table.concat(names, ", ", 1, math.min(#names, MOST_NAMES))
  return "existing presets: " .. shown .. (#names > MOST_NAMES and ", …" or "")
end

--- Adds the nearest preset name to a failure, if the API did not find the preset of a call.
---@param scope rtk.Scope
---@param call rtk.Call the failed call
---@param body any as the caller passed it
---@param err rtk.Error
function preset_hint.add(scope, call, body, err)
  if not is_wanted(err, body) or scope.channel.is_closed then return end
  local reply = inner_read.run(scope, call, "GET /presets", {}, QUERY, OPTIONS)
  if not reply then return end
  local hint = hint_of(body.preset_name, names_in(reply))
  errors.add_hint(err, redact.line(hint, LONGEST_HINT))
end

return preset_hint
