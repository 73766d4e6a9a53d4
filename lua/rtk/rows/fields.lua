-- SPDX-License-Identifier: MIT
-- Fields of a record: which ones a kind of row knows, and what their values mean.

local core = require("rtk.core")
local time = require("rtk.time")

local fields = {}

-- Numbers from here on are milliseconds since 1970, not seconds, or milliseconds from the start of
-- a session: it is a day of 1973, and three years.
local FIRST_OF_EPOCH = 1e11

--- A name in the form in which names are compared: participantId, participant_id and
--- "Participant ID" are one.
---@param name string
---@return string
function fields.fold(name)
  return (core.lower(name):gsub("[_ \t%-]", ""))
end

--- Sorts the fields of an object.
---@param object table<string, any>
---@param known table<string, string> names in rows by folded names
---@param found? table where the known ones are added
---@return table<string, any> found by their names in rows
---@return table<string, any>? other the rest, by their own names
function fields.sort(object, known, found)
  local other
  found = found or {}
  for name, value in pairs(object) do
    local target = known[fields.fold(name)]
    if target and found[target] == nil then
      found[target] = value
    else
      other = other or {}
      other[name] = value
    end
  end
  return found, other
end

--- A text; what is none is written as JSON.
---@param value any
---@return string? text nil when it is empty
function fields.text(value)
  if value == nil or value == "" or value == core.null then return nil end
  return type(value) == "string" and value or core.encode(value)
end

--- A yes or no.
---@param value any
---@return boolean
function fields.flag(value)
  if type(value) == "string" then value = core.lower(value) end
  return value == true or value == "true" or value == "1" or value == 1
end

local function number_of(value)
  if type(value) == "string" then
    local digits = value:match("^[ \t]*(%-?[0-9]+%.?[0-9]*)[ \t]*$")
    value = digits and tonumber(digits)
  end
  local is_finite = type(value) == "number" and value > -math.huge and value < math.huge
  return is_finite and value or nil
end

local function date_of(value)
  return type(value) == "string" and time.parse(value:match("^[ \t]*(.-)[ \t]*$")) or nil
end

--- A moment: a date, or a number of seconds or milliseconds since 1970.
---@param value any
---@return number? seconds since 1970; nil when it is none
function fields.moment(value)
  local number = number_of(value)
  if not number then return date_of(value) end
  return number >= FIRST_OF_EPOCH and number / 1000 or number
end

--- A time in a session: milliseconds from its start, or a moment.
---@param value any
---@return number? seconds nil when it is none
---@return boolean? is_dated whether they are since 1970
function fields.time(value)
  local number = number_of(value)
  if number then return number / 1000, number >= FIRST_OF_EPOCH end
  local date = date_of(value)
  if date then return date, true end
  return nil
end

return fields
