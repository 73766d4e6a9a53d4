-- SPDX-License-Identifier: MIT
-- Adds what is wrong with the arguments of a call that the API refused: a field that has another
-- name today, an id of another kind, a token for the older API. No request is made for it.
--
-- Fields go out as the caller wrote them, because the API may know new ones. So it is the API's
-- refusal, and not the call, that makes an unknown name a mistake.

local core = require("rtk.core")
local errors = require("rtk.errors")
local redact = require("rtk.http.redact")
local suggest = require("rtk.suggest")

local argument_hint = {}

local MOST_NAMES = 5
local LONGEST_NAME = 64 -- bytes

-- The names of Dyte's older APIs that are no other spelling of today's.
local renamed = {
  clientSpecificId = "custom_participant_id",
  client_specific_id = "custom_participant_id",
  roleName = "preset_name",
  role_name = "preset_name",
  roomName = "title",
  userDetails = "name and picture",
  user_details = "name and picture",
}

local function names_of(fields)
  local names = {}
  for name in pairs(fields) do
    names[#names + 1] = name
  end
  return names
end

-- The fields that the API does not know and that were meant to be others.
local function field_hint(call, body)
  local schema = call.operation.fields.body
  local known = schema and schema.fields
  if not known or type(body) ~= "table" then return nil end
  local names, parts = names_of(known), {}
  local sent = names_of(body)
  table.sort(sent, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for _, name in ipairs(sent) do
    local is_unknown = type(name) == "string" and not known[name]
    local meant = is_unknown and (renamed[name] or suggest.nearest(name, names))
    if meant and #parts < MOST_NAMES then
      parts[#parts + 1] = ("body.%s is called %s"):format(redact.line(name, LONGEST_NAME), meant)
    end
  end
  return parts[1] and table.concat(parts, ", ") or nil
end

local HEX = "[0-9A-Fa-f]"
local UUID = "^" .. ("h+-h+-h+-h+-h+"):gsub("h", HEX) .. "$"

local PARTICIPANT = "participant_id is the API's id of the participant, not custom_participant_id:"
  .. " client.meetings:find_participant finds the one by the other"
local SESSION = "session_id is a session's id, not its meeting's:"
  .. " client.sessions:each{ associated_id = meeting_id } lists those of a meeting"

-- Whether the API may miss the session, and not what it has: a participant, or the chat of a
-- session in which nobody wrote.
local function may_miss_session(err)
  local first = err.errors and err.errors[1]
  local said = first and first.message
  if type(said) ~= "string" then return true end
  said = core.lower(said)
  local missing = said:match("no ([a-z ]-) found")
  return not said:find("participant", 1, true) and not (missing and not missing:find("session"))
end

local function id_hint(call, ids, err)
  for index, name in ipairs(call.operation.arguments) do
    local id = ids[index]
    local is_uuid = type(id) == "string" and id:find(UUID) ~= nil
    if name == "participant_id" and not is_uuid then return PARTICIPANT end
    if name == "session_id" and may_miss_session(err) then return SESSION end
  end
  return nil
end

local LEGACY = "base_url is that of the older API, which takes no api_token but"
  .. " basic = { organization_id, api_key }"

local function legacy_hint(call)
  local settings = call.scope.channel.settings
  return not settings.is_legacy and settings.base_url:find("/v2$") and LEGACY or nil
end

local refusals = { authentication = true, invalid = true, not_found = true, permission = true }

--- Adds a hint to a failure that has none.
---@param call rtk.Call the failed call
---@param arguments rtk.CallArguments what the caller passed
---@param err rtk.Error
function argument_hint.add(call, arguments, err)
  if not err.status or err.status >= 500 or not refusals[err.kind] then return end
  local hint = legacy_hint(call)
  if not hint and err.kind == "invalid" then hint = field_hint(call, arguments.body) end
  if not hint and (err.kind == "invalid" or err.kind == "not_found") then
    hint = id_hint(call, arguments.ids, err)
  end
  if hint and not err.hint then errors.add_hint(err, hint) end
end

return argument_hint
