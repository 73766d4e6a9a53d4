-- SPDX-License-Identifier: MIT
-- Makes words of a server fit for a message: one line of bounded length, without what
-- upsets a terminal, forges a line in a log or signs a URL.

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

--- The text as one line.
---@param text string
---@return string line
function printable.line(text)
  return (cut(text):gsub("(://[^%s?#\"'<>]*)[?#][^%s\"'<>]*", "%1?..."):gsub("%c+", " "))
end

return printable
