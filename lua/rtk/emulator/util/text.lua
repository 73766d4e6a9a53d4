-- SPDX-License-Identifier: MIT
-- How the API compares text, in whatever locale the emulator runs.
local M = {}

--- The text with A to Z in lower case.
---@param text string
---@return string
function M.lower(text)
  return (text:gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end

--- A number as string.format writes it, with a decimal point.
---@param format string such as "%.3f"
---@param number number
---@return string
function M.decimal(format, number)
  return (format:format(number):gsub("[^0-9a-z+-]+", "."))
end

--- Whether a text contains another, letter case of ASCII aside.
---@param haystack? string
---@param needle string
---@return boolean
function M.contains(haystack, needle)
  return haystack ~= nil and M.lower(haystack):find(M.lower(needle), 1, true) ~= nil
end

return M
