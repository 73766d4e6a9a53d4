-- SPDX-License-Identifier: MIT
-- Rows of a chat: CSV, or JSON.

local columns = require("rtk.rows.columns")
local fields = require("rtk.rows.fields")
local json_array = require("rtk.rows.json_array")

---@class rtk.ChatRow one message of a chat
---@field id? string
---@field participant_id? string of the one who sent it
---@field session_id? string
---@field meeting_id? string
---@field display_name? string of the one who sent it
---@field pinned boolean
---@field is_edited boolean
---@field payload_type? "TEXT_MESSAGE"|"IMAGE_MESSAGE"|"FILE_MESSAGE"|string
---@field payload string the text, or the link to the image or file
---@field created_at? number seconds since 1970
---@field other? table<string|integer, any> what the file has beyond these, by its names

local chat = { name = "chat" }

local ORDER = {
  "id",
  "participant_id",
  "session_id",
  "meeting_id",
  "display_name",
  "pinned",
  "is_edited",
  "payload_type",
  "payload",
  "created_at",
}

local KNOWN = {}
for _, name in ipairs(ORDER) do
  KNOWN[fields.fold(name)] = name
end

-- Other objects have ids and names, too.
local function is_message(found)
  return found.payload ~= nil or found.payload_type ~= nil or found.created_at ~= nil
end

local function row_of(found, other)
  if not is_message(found) then return nil, "it has no field of a chat message" end
  local created_at = fields.text(found.created_at)
  local seconds = fields.moment(found.created_at)
  if created_at and not seconds then return nil, "its createdAt is no date" end
  return {
    id = fields.text(found.id),
    participant_id = fields.text(found.participant_id),
    session_id = fields.text(found.session_id),
    meeting_id = fields.text(found.meeting_id),
    display_name = fields.text(found.display_name),
    pinned = fields.flag(found.pinned),
    is_edited = fields.flag(found.is_edited),
    payload_type = fields.text(found.payload_type),
    payload = fields.text(found.payload) or "",
    created_at = seconds,
    other = other,
  }
end

--- Readers of rows, by the format of the file: each returns a row, nil at the end, or nil and why
--- the row cannot be read.
---@type table<string, fun(source: rtk.rows.Source): fun(): rtk.ChatRow?, string?>
chat.readers = {}

function chat.readers.csv(source)
  return columns.rows(source, KNOWN, ORDER, row_of)
end

function chat.readers.json(source)
  return json_array.rows(source, function(object)
    return row_of(fields.sort(object, KNOWN))
  end)
end

return chat
