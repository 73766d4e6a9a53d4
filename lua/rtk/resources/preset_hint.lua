-- SPDX-License-Identifier: MIT
-- Adds the names of presets that there are to "No preset found" and the like.
--
-- Names are compared exactly, and group-call-host is not group_call_host. The
-- API does not say what there is, so it is asked once more: one page, one
-- attempt, a few seconds, and whatever goes wrong leaves the message as it was.

local core = require("rtk.core")
local errors = require("rtk.http.errors")
local sender = require("rtk.http.sender")
local envelope = require("rtk.pagination.envelope")
local printable = require("rtk.http.redact")
local suggest = require("rtk.suggest")

local LONGEST_LOOKUP = 3 -- seconds
local MOST_NAMES = 10
local LONGEST_NAME = 64 -- bytes
local LONGEST_HINT = 500 -- bytes
local PAGE_SIZE = 100

local preset_hint = {
  operation = "GET /presets",
  query = { per_page = PAGE_SIZE },
  options = { max_retries = 0, total_timeout = LONGEST_LOOKUP },
}

--- Whether a call failed because there is no preset of the name that it gave.
---@param err rtk.Error
---@param body any as the caller gave it
---@return boolean
function preset_hint.are_wanted(err, body)
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
    if type(name) == "string" then names[#names + 1] = printable.line(name, LONGEST_NAME) end
  end
  return names
end

local function hint_of(wanted, names)
  local nearest = suggest.nearest(wanted, names)
  if nearest then return ('did you mean the preset "%s"?'):format(nearest) end
  if #names == 0 then return "the app has no presets: client.presets:create makes one" end
  table.sort(names, core.before)
  local shown = table.concat(names, ", ", 1, math.min(#names, MOST_NAMES))
  return "presets there are: " .. shown .. (#names > MOST_NAMES and ", …" or "")
end

--- Asks which presets there are, and says so in a failure.
---@param shared table settings and runtime of a client
---@param lookup table the call that lists presets
---@param failed table the call that failed
---@param err rtk.Error
---@param wanted string the name there is no preset of
function preset_hint.explain(shared, lookup, failed, err, wanted)
  lookup.deadline = math.min(lookup.deadline, failed.deadline or math.huge)
  local reply = sender.run(shared, lookup)
  if reply then
    errors.add_hint(err, printable.line(hint_of(wanted, names_in(reply)), LONGEST_HINT))
  end
end

return preset_hint
