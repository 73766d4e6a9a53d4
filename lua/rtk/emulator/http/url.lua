-- SPDX-License-Identifier: MIT
-- Reading the target of a request: percent-decoding, path segments and the query string. The
-- emulator's own reading, not shared with what the client writes.
local M = {}

local function decode_byte(digits)
  return string.char(tonumber(digits, 16))
end

---@param text string
---@return string
function M.decode(text)
  return (text:gsub("%%(%x%x)", decode_byte))
end

--- Splits a path at its slashes before decoding, so an encoded slash stays part of its segment.
---@param path string starts with a slash
---@return string[]
function M.segments(path)
  local segments = {}
  for segment in path:gmatch("/([^/]*)") do
    segments[#segments + 1] = M.decode(segment)
  end
  return segments
end

--- Reads a query string into the list of values of each name, in the order they were sent.
---@param raw? string without the question mark
---@return table<string, string[]>
function M.query(raw)
  local query = {}
  for pair in (raw or ""):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = M.decode((name:gsub("%+", " ")))
    value = M.decode((value:gsub("%+", " ")))
    query[name] = query[name] or {}
    table.insert(query[name], value)
  end
  return query
end

return M
