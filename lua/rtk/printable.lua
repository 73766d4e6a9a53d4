-- SPDX-License-Identifier: MIT
-- Makes words of a server fit for a message: one line of bounded length, without what
-- upsets a terminal, forges a line in a log, signs a URL, or is a key or a token by its looks.

local printable = {}

local LONGEST = 1000 -- bytes

-- Cuts in front of a UTF-8 character, not in the middle of one.
local function cut(text)
  if #text <= LONGEST then return text end
  local last = LONGEST
  while last > 1 and text:find("^[\128-\191]", last + 1) do
    last = last - 1
  end
  return text:sub(1, last) .. "..."
end

-- What is taken out, in this order. A key may have been cut.
local unfit = {
  { "(://[^%s?#\"'<>]*)[?#][^%s\"'<>]*", "%1?..." },
  { "(rtmps?://[^%s/\"'<>]*)/[^%s\"'<>]*", "%1/..." },
  { "%-%-%-%-%-BEGIN .-%-%-%-%-%-END [^%-]*%-%-%-%-%-", "[redacted]" },
  { "%-%-%-%-%-BEGIN .*", "[redacted]" },
  { "eyJ[%w_%-]+%.[%w_%-.]+", "[redacted]" },
  { "%c+", " " },
}

--- The text as one line.
---@param text string
---@return string line
function printable.line(text)
  local line = cut(text)
  for _, case in ipairs(unfit) do
    line = line:gsub(case[1], case[2])
  end
  return line
end

return printable
