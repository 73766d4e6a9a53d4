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

-- The bytes that the sequences of UTF-8 begin with, how long they are, and their second byte.
local SEQUENCES = {
  { "[\194-\223]", 2, "[\128-\191]" },
  { "\224", 3, "[\160-\191]" },
  { "[\225-\236\238\239]", 3, "[\128-\191]" },
  { "\237", 3, "[\128-\159]" },
  { "\240", 4, "[\144-\191]" },
  { "[\241-\243]", 4, "[\128-\191]" },
  { "\244", 4, "[\128-\143]" },
}

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- The patterns of whole sequences.
local WHOLE = {}
for index, sequence in ipairs(SEQUENCES) do
  WHOLE[index] = "^" .. sequence[1] .. sequence[3] .. ("[\128-\191]"):rep(sequence[2] - 2)
end

-- The end of the sequence that begins at a byte above 127, or nil.
local function sequence_end(bytes, at)
  for _, pattern in ipairs(WHOLE) do
    local _, last = bytes:find(pattern, at)
    if last then return last end
  end
  return nil
end

--- A string as UTF-8: what is no character becomes U+FFFD, as decoders in browsers do it.
---@param bytes string
---@return string
function text.utf8(bytes)
  local at = bytes:find("[\128-\255]")
  if not at then return bytes end
  local parts, from = {}, 1
  while at do
    local last = sequence_end(bytes, at)
    if not last then
      parts[#parts + 1] = bytes:sub(from, at - 1) .. REPLACEMENT
      from = at + 1
    end
    at = bytes:find("[\128-\255]", (last or at) + 1)
  end
  return table.concat(parts) .. bytes:sub(from)
end

--- Whether a string contains another, ignoring ASCII letter case.
---@param haystack? string
---@param needle string
---@return boolean
function text.contains(haystack, needle)
  return haystack ~= nil and text.lower(haystack):find(text.lower(needle), 1, true) ~= nil
end

return text
