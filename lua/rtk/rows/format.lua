-- SPDX-License-Identifier: MIT
-- Recognizes the format of a file by its first bytes, because names and content types of exports do
-- not tell it.

local format = {}

local TIMES = "^[ \t]*[0-9:]+[.,][0-9]+[ \t]+%-%->"

-- The first two lines that are not blank.
local function first_lines(head)
  local first, rest = head:match("^[ \t\r\n]*([^\r\n]*)(.*)$")
  return first, rest:match("^[ \t\r\n]*([^\r\n]*)")
end

local function is_srt(head)
  local first, second = first_lines(head)
  if first:find(TIMES) then return true end
  return first:find("^[0-9]+[ \t]*$") ~= nil and second:find("-->", 1, true) ~= nil
end

--- Names the format that a file begins with.
---@param head string
---@param is_all boolean whether the file has no more bytes
---@return "csv"|"json"|"srt"|"vtt"|"empty"|"markup"|"utf16" name csv for all that is nothing else
function format.of(head, is_all)
  local mark = head:sub(1, 2)
  if mark == "\255\254" or mark == "\254\255" then return "utf16" end
  local start = head:match("^[ \t\r\n]*(.*)$")
  if is_all and (start == "" or start:find("^null[ \t\r\n]*$")) then return "empty" end
  local first = start:sub(1, 1)
  if first == "[" or first == "{" then return "json" end
  if first == "<" then return "markup" end
  if start:find("^WEBVTT$") or start:find("^WEBVTT[ \t\r\n]") then return "vtt" end
  return is_srt(start) and "srt" or "csv"
end

return format
