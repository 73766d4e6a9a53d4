-- SPDX-License-Identifier: MIT
-- The chunks of a file, of which the first bytes can be looked at before they are read. A byte
-- order mark of UTF-8 is left out.

---@alias rtk.rows.NextChunk fun(): string? the next piece of a file, of any size; nil at the end

local chunk_reader = {}

-- As much as is looked at.
local HEAD_SIZE = 4096

local BYTE_ORDER_MARK = "\239\187\191"

---@class rtk.rows.Source
local Source = {}
Source.__index = Source

--- Reads the first bytes of a file.
---@param next_chunk rtk.rows.NextChunk
---@return rtk.rows.Source
function chunk_reader.new(next_chunk)
  local parts, size = {}, 0
  while size < HEAD_SIZE do
    local chunk = next_chunk()
    if not chunk then break end
    parts[#parts + 1], size = chunk, size + #chunk
  end
  local first = table.concat(parts)
  if first:sub(1, #BYTE_ORDER_MARK) == BYTE_ORDER_MARK then
    first = first:sub(#BYTE_ORDER_MARK + 1)
  end
  return setmetatable(
    { _next_chunk = next_chunk, _first = first, _is_at_end = size < HEAD_SIZE },
    Source
  )
end

--- The first bytes; of a short file all of them.
---@return string head
---@return boolean is_all
function Source:head()
  return self._first:sub(1, HEAD_SIZE), self._is_at_end
end

--- The next chunk, which may be empty.
---@return string? chunk nil at the end
function Source:next()
  local first = self._first
  if first then
    self._first = nil
    return first
  end
  -- A file that has ended is not asked again.
  if self._is_at_end then return nil end
  local chunk = self._next_chunk()
  self._is_at_end = chunk == nil
  return chunk
end

return chunk_reader
