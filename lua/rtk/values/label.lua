-- SPDX-License-Identifier: MIT
-- One line that shows a value of a reply: its type, id, title and status.
--
-- Of an object it shows no other field, so no secret, and of these only what fits a line.

local core = require("rtk.core")
local redact = require("rtk.http.redact")

local label = {}

local LONGEST_WORD, LONGEST_TITLE = 64, 80 -- bytes

-- Fields that name an object to people, the first that is there.
local titles = { "title", "name", "display_name", "meeting_display_name" }

-- A report names a person, and what its device is called.
local untitled = { ["rtk.PeerReport"] = true }

local function word(value)
  if type(value) == "number" then return core.number_text(value, 15) end
  return type(value) == "string" and value ~= "" and redact.line(value, LONGEST_WORD) or nil
end

local function title_of(fields)
  for _, name in ipairs(titles) do
    local title = rawget(fields, name)
    if type(title) == "string" then
      return '"' .. redact.line(title, LONGEST_TITLE):gsub('["\\]', "\\%0") .. '"'
    end
  end
  return nil
end

-- The table with the fields to show: details hold the object that they are of.
local function subject(value)
  local inner = rawget(value, "livestream")
  return rawget(value, "id") == nil and type(inner) == "table" and inner or value
end

--- The line.
---@param value table an object, or other data that a call returned
---@return string
function label.of(value)
  local name, fields = getmetatable(value).__name, subject(value)
  local words = { name }
  words[#words + 1] = word(rawget(fields, "id"))
  if not untitled[name] then words[#words + 1] = title_of(fields) end
  words[#words + 1] = word(rawget(fields, "status"))
  return table.concat(words, " ")
end

return label
