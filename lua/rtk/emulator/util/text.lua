-- SPDX-License-Identifier: MIT
-- Text functions that do not depend on the locale.
local text = {}

local UUID = "^" .. ("%x"):rep(8) .. ("%-" .. ("%x"):rep(4)):rep(3) .. "%-" .. ("%x"):rep(12) .. "$"

--- Whether a string is a UUID, in any letter case.
---@param id string
---@return boolean
function text.is_uuid(id)
  return id:find(UUID) ~= nil
end

--- Converts A to Z to lower case.
---@param mixed string
---@return string
function text.lower(mixed)
  return (mixed:gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end

--- Formats a number with a decimal point.
---@param format string such as "%.3f"
---@param number number
---@return string
function text.decimal(format, number)
  return (format:format(number):gsub("[^0-9a-z+-]+", "."))
end

--- Whether a string contains another, ignoring ASCII letter case.
---@param haystack? string
---@param needle string
---@return boolean
function text.contains(haystack, needle)
  return haystack ~= nil and text.lower(haystack):find(text.lower(needle), 1, true) ~= nil
end

return text
