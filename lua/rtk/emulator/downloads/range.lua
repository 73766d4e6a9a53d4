-- SPDX-License-Identifier: MIT
-- The Range header of a download (RFC 9110, 14): one range of bytes. Several ranges, malformed ones
-- and a range of another version (If-Range) ask for the whole.
local range = {}

--- Reads the header.
---@param headers table<string, string>
---@param size integer of the whole
---@param etag? string of the whole; weak ones never match
---@return { first: integer, last: integer }|"unsatisfiable"|nil range counted from 0; nil for the
---whole
function range.read(headers, size, etag)
  local first, last = (headers.range or ""):match("^bytes=(%d*)%-(%d*)$")
  if not first or first .. last == "" then return nil end
  local version = headers["if-range"]
  if version and (version ~= etag or version:find("^W/")) then return nil end
  first, last = tonumber(first), tonumber(last)
  if not first then
    if last == 0 or size == 0 then return "unsatisfiable" end
    return { first = math.max(0, size - last), last = size - 1 }
  end
  if last and last < first then return nil end
  if first >= size then return "unsatisfiable" end
  return { first = first, last = math.min(last or size - 1, size - 1) }
end

return range
