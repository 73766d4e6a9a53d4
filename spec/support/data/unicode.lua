-- SPDX-License-Identifier: MIT
-- Repairs JSON text that is not valid Unicode: the UTF-8 decoder of the Encoding Standard, then
-- JSON's escapes. An implementation that is independent of rtk.so.

local unicode = {}

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- By the first byte: how many follow, and the range of the next one.
local function announced(byte)
  if byte >= 0xC2 and byte <= 0xDF then return 1, 0x80, 0xBF end
  if byte >= 0xE0 and byte <= 0xEF then
    return 2, byte == 0xE0 and 0xA0 or 0x80, byte == 0xED and 0x9F or 0xBF
  end
  if byte >= 0xF0 and byte <= 0xF4 then
    return 3, byte == 0xF0 and 0x90 or 0x80, byte == 0xF4 and 0x8F or 0xBF
  end
  return nil, 0x80, 0xBF
end

--- The bytes with U+FFFD in place of all that is not UTF-8.
---@param bytes string
---@return string text
function unicode.repaired(bytes)
  local out, pending, needed, lower, upper = {}, "", 0, 0x80, 0xBF
  local at = 1
  while at <= #bytes do
    local byte = bytes:byte(at)
    if needed > 0 and (byte < lower or byte > upper) then
      out[#out + 1] = REPLACEMENT
      needed, pending = 0, ""
    elseif needed > 0 then
      pending, needed, lower, upper = pending .. string.char(byte), needed - 1, 0x80, 0xBF
      if needed == 0 then
        out[#out + 1], pending = pending, ""
      end
      at = at + 1
    elseif byte < 0x80 then
      out[#out + 1] = string.char(byte)
      at = at + 1
    else
      needed, lower, upper = announced(byte)
      pending = needed and string.char(byte) or ""
      if not needed then
        out[#out + 1], needed = REPLACEMENT, 0
      end
      at = at + 1
    end
  end
  return table.concat(out) .. (needed > 0 and REPLACEMENT or "")
end

-- A half that stands alone as the escape of U+FFFD.
local function repair_escape(text, at)
  local unit = tonumber(text:match("^\\u(%x%x%x%x)", at) or "0", 16)
  if unit < 0xD800 or unit > 0xDFFF then return text:sub(at, at + 1), at + 2 end
  local low = tonumber(text:match("^\\u(%x%x%x%x)", at + 6) or "0", 16)
  local is_pair = unit < 0xDC00 and low >= 0xDC00 and low <= 0xDFFF
  if is_pair then return text:sub(at, at + 11), at + 12 end
  return "\\ufffd", at + 6
end

--- JSON text as a strict reader wants it: no byte order mark, UTF-8, whole surrogate pairs.
---@param text string
---@return string text
function unicode.repaired_json(text)
  text = unicode.repaired(text:gsub("^\239\187\191", ""))
  local out, at = {}, 1
  while true do
    local stop = text:find("\\", at, true)
    if not stop then break end
    out[#out + 1] = text:sub(at, stop - 1)
    out[#out + 1], at = repair_escape(text, stop)
  end
  return table.concat(out) .. text:sub(at)
end

return unicode
