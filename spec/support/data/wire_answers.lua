-- SPDX-License-Identifier: MIT
-- The class of the objects that every operation returns, and their place in the reply. Written from
-- the API reference, like spec/fixtures/operations.lua. A place is a path from the root; [] at its
-- end means a list of such objects. Operations without a class answer plain data.

local fixture = require("spec.fixtures.operations")

local wire_answers = {}

local classes = {
  App = { "GET /apps data[]", "POST /apps data.app" },
  Meeting = {
    "GET /meetings data[]",
    "POST /meetings data",
    "GET /meetings/{meeting_id} data",
    "PATCH /meetings/{meeting_id} data",
    "PUT /meetings/{meeting_id} data",
  },
  Participant = {
    "GET /meetings/{meeting_id}/participants data[]",
    "POST /meetings/{meeting_id}/participants data",
    "GET /meetings/{meeting_id}/participants/{participant_id} data",
    "PATCH /meetings/{meeting_id}/participants/{participant_id} data",
    "DELETE /meetings/{meeting_id}/participants/{participant_id} data",
  },
  Preset = {
    "GET /presets data[]",
    "POST /presets data",
    "GET /presets/{preset_id} data",
    "PATCH /presets/{preset_id} data",
    "PUT /presets/{preset_id} data",
    "DELETE /presets/{preset_id} data",
  },
  Session = {
    "GET /sessions data.sessions[]",
    "GET /sessions/{session_id} data.session",
    "GET /meetings/{meeting_id}/active-session data",
  },
  SessionParticipant = {
    "GET /sessions/{session_id}/participants data.participants[]",
    "GET /sessions/{session_id}/participants/{participant_id} data.participant",
  },
  PeerReport = { "GET /sessions/peer-report/{peer_id} data.participant" },
  Recording = {
    "GET /recordings data[]",
    "POST /recordings data",
    "POST /recordings/track data",
    "GET /recordings/{recording_id} data",
    "GET /recordings/active-recording/{meeting_id} data",
    "PUT /recordings/{recording_id} data",
  },
  Webhook = {
    "GET /webhooks data[]",
    "POST /webhooks data",
    "GET /webhooks/{webhook_id} data",
    "PATCH /webhooks/{webhook_id} data",
    "PUT /webhooks/{webhook_id} data",
    "DELETE /webhooks/{webhook_id} data",
  },
  Livestream = {
    "GET /livestreams data[]",
    "POST /livestreams data",
    "GET /meetings/{meeting_id}/active-livestream data",
    "POST /meetings/{meeting_id}/livestreams data",
  },
}

local answers = {}
for class, lines in pairs(classes) do
  for _, line in ipairs(lines) do
    local operation, place = line:match("^(%u+ %S+) (%S+)$")
    answers[operation] = { class = class, place = place }
  end
end

for _, rows in pairs(fixture) do
  for _, row in ipairs(rows) do
    if row.answers then
      local class, place = row.answers:match("^(%a+) (%S+)$")
      answers[row[2]] = { class = class ~= "string" and class or nil, place = place }
    end
  end
end

--- What an operation answers.
---@param operation string "VERB /template"
---@return { class: string?, place: string }
function wire_answers.of(operation)
  return answers[operation] or { place = "data" }
end

--- The object in a reply, or the list of them, as a node of wire_json.
---@param answer table
---@param reply table node
---@return table node
function wire_answers.find(answer, reply)
  local node = reply
  for name in answer.place:gmatch("[%w_]+") do
    node = node.members[name]
  end
  local is_lone = answer.place:find("%[%]$") and node.kind == "object"
  return is_lone and { kind = "array", node } or node
end

--- A reply with one object in it.
---@param answer table
---@param object string JSON
---@return string text
function wire_answers.reply(answer, object)
  local text = answer.place:find("%[%]$") and "[" .. object .. "]" or object
  local key = answer.place:match("^data%.(%a+)")
  if key then text = ('{"%s":%s}'):format(key, text) end
  return '{"success":true,"data":' .. text .. "}"
end

--- Takes the null members off the objects in a node: they are absent in Lua.
---@param node table
---@return table node the same
function wire_answers.without_nulls(node)
  for name, member in pairs(node.members or {}) do
    if member.kind == "null" then
      node.members[name] = nil
    else
      wire_answers.without_nulls(member)
    end
  end
  for _, item in ipairs(node) do
    wire_answers.without_nulls(item)
  end
  return node
end

return wire_answers
