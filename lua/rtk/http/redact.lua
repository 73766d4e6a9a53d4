-- SPDX-License-Identifier: MIT
-- Sanitizes server text for error messages: one bounded line of valid UTF-8, no control
-- characters, no URL queries or passwords, nothing that looks like a key or token.
--
-- Every step takes time in proportion to the text, whatever is in it: a pattern with a
-- repetition is applied to one run of characters at a time, and runs do not overlap.

local printable = {}

local LONGEST = 1000 -- bytes

-- What is looked at: more than is shown, because what is taken out makes room.
local LONGEST_SCANNED = 4096 -- bytes

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- The beginning of a text; ends in front of a UTF-8 character, not in the middle of one.
local function head(text, longest)
  if #text <= longest then return text end
  local last, shortest = longest, longest - 3
  while last > shortest and text:find("^[\128-\191]", last + 1) do
    last = last - 1
  end
  return text:sub(1, last)
end

local function cut(text, longest)
  local kept = head(text, longest)
  return #kept < #text and kept .. "..." or kept
end

-- A presigned URL is signed in its query, a stream key is the path of its URL.
local function hide_in_word(word)
  local first = word:find("://", 1, true)
  if not first then return word end
  word = word:gsub("://[^/]*@", "://...@")
  local path = word:match("[Rr][Tt][Mm][Pp][Ss]?://[^/]*/()")
  if path then return word:sub(1, path - 1) .. "..." end
  local query = word:find("[?#]", first + 3)
  return query and word:sub(1, query - 1) .. "?..." or word
end

-- A JSON Web Token is three runs of base64url with dots between. It may have been cut.
local function hide_in_run(run)
  local first = run:find("eyJ", 1, true)
  if first and run:find("%.[^.]", first + 4) then return run:sub(1, first - 1) .. "[redacted]" end
  return run
end

-- A key in PEM form may have been cut as well.
local function hide_keys(text)
  local kept, position = {}, 1
  while true do
    local first = text:find("-----BEGIN ", position, true)
    if not first then break end
    kept[#kept + 1] = text:sub(position, first - 1) .. "[redacted]"
    local footer = text:find("-----END ", first, true)
    local _, last = text:find("-----", footer and footer + 9 or #text + 1, true)
    if not last then return table.concat(kept) end
    position = last + 1
  end
  return table.concat(kept) .. text:sub(position)
end

-- The length of the UTF-8 character that begins at a byte above 127; nil when none does.
local function character_length(text, position)
  local first, second, third, fourth = text:byte(position, position + 3)
  local function continues(byte, low, high)
    return byte and byte >= (low or 128) and byte <= (high or 191)
  end
  if first >= 194 and first <= 223 then return continues(second) and 2 or nil end
  if first >= 224 and first <= 239 then
    local low, high = first == 224 and 160, first == 237 and 159
    return continues(second, low, high) and continues(third) and 3 or nil
  end
  if first >= 240 and first <= 244 then
    local low, high = first == 240 and 144, first == 244 and 143
    return continues(second, low, high) and continues(third) and continues(fourth) and 4 or nil
  end
  return nil
end

-- Makes a run of bytes above 127 valid UTF-8.
local function mend(run)
  local characters, position = {}, 1
  while position <= #run do
    local length = character_length(run, position)
    characters[#characters + 1] = length and run:sub(position, position + length - 1) or REPLACEMENT
    position = position + (length or 1)
  end
  return table.concat(characters)
end

-- What a terminal or a log takes for more than a character, apart from ASCII's: C1, the
-- separators of lines, and the marks that turn the direction of writing around.
local controls = {
  "\194[\128-\159]",
  "\216\156", -- U+061C
  "\226\128[\142\143\168-\174]", -- U+200E, U+200F, U+2028 to U+202E
  "\226\129[\166-\169]", -- U+2066 to U+2069
  "\239\187\191", -- U+FEFF
}

-- After this no control character is left, and none can be made of what is.
local function without_controls(text)
  text = text:gsub("[%z\1-\31\127]+", " ")
  if not text:find("[\128-\255]") then return text end
  text = text:gsub("[\128-\255]+", mend)
  for _, pattern in ipairs(controls) do
    text = text:gsub(pattern, " ")
  end
  return text
end

--- The text as one line.
---@param text string
---@param longest? integer bytes, default 1000
---@return string line
function printable.line(text, longest)
  local line = cut(text, LONGEST_SCANNED)
  line = line:gsub("[^\9-\13\32\"'<>]+", hide_in_word)
  line = hide_keys(line):gsub("[A-Za-z0-9_%-.]+", hide_in_run)
  local kept = head(line, longest or LONGEST)
  local clean = without_controls(kept)
  local shown = head(clean, longest or LONGEST)
  return (#kept < #line or #shown < #clean) and shown .. "..." or shown
end

--- Lines that printable.line made as one, no longer than one of them may be.
---@param lines string[]
---@return string line
function printable.join(lines)
  return cut(table.concat(lines, "; "), LONGEST)
end

return printable
