-- SPDX-License-Identifier: MIT
-- Which bytes a request asks for (RFC 9110, 14): one range of bytes, counted from 0. Several ranges
-- and what is no range ask for everything, as does a range that holds for another version only.
local M = {}

--- Reads the Range header.
---@param headers table<string, string>
---@param size integer of the whole
---@param etag string of the whole
---@return { first: integer, last: integer }|"unsatisfiable"|nil range nil for the whole
function M.read(headers, size, etag)
  local first, last = (headers.range or ""):match("^bytes=(%d*)%-(%d*)$")
  if not first or first .. last == "" then return nil end
  if headers["if-range"] and headers["if-range"] ~= etag then return nil end
  first, last = tonumber(first), tonumber(last)
  if not first then
    if last == 0 or size == 0 then return "unsatisfiable" end
    return { first = math.max(0, size - last), last = size - 1 }
  end
  if last and last < first then return nil end
  if first >= size then return "unsatisfiable" end
  return { first = first, last = math.min(last or size - 1, size - 1) }
end

return M
