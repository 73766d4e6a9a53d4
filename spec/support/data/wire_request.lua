-- SPDX-License-Identifier: MIT
-- Decodes a submitted request from what goes on the wire: segments of
-- the path and pairs of the query decoded, headers by lower-case name. Paths are
-- split before they are decoded, so an encoded slash stays part of its segment.

local wire_request = {}

local function decode(text)
  if text:find("%%%X") or text:find("%%.?$") or text:find("%%%x%X") then
    error("malformed percent sign in " .. text, 0)
  end
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- The decoded segments of a path.
---@param path string
---@return string[]
function wire_request.segments(path)
  local segments = {}
  for segment in path:gmatch("/([^/]*)") do
    segments[#segments + 1] = decode(segment)
  end
  return segments
end

--- The decoded values of every name in a query, in the order of the query.
---@param query string without the question mark
---@return table<string, string[]>
function wire_request.pairs_of(query)
  local pairs_ = {}
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = decode(name)
    pairs_[name] = pairs_[name] or {}
    table.insert(pairs_[name], decode(value))
  end
  return pairs_
end

--- Reads a URL below some base.
---@param url string
---@param base? string what it must start with; left out of the path
---@return { path: string, segments: string[], query: table<string, string[]> }
function wire_request.url(url, base)
  base = base or ""
  if url:sub(1, #base) ~= base then error(url .. " is not below " .. base, 0) end
  local path, query = url:sub(#base + 1):match("^([^?#]*)%??([^#]*)$")
  if not path then error("no path in " .. url, 0) end
  return {
    path = path,
    segments = wire_request.segments(path),
    query = wire_request.pairs_of(query),
  }
end

--- The headers among header lines; raises when one is given twice.
---@param lines string[]
---@return table<string, string> by lower-case name
function wire_request.headers(lines)
  local headers = {}
  for _, line in ipairs(lines) do
    local name, value = line:match("^([^:]+): (.*)$")
    name = name:lower()
    if headers[name] then error("header given twice: " .. name, 0) end
    headers[name] = value
  end
  return headers
end

return wire_request
