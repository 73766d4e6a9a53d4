-- SPDX-License-Identifier: MIT
-- The parts of one row, in memory until the row is whole. Their size is limited, because a file
-- with a quote that is never closed is one row from there on.

local row_buffer = {
  --- Bytes of one row.
  ROW_SIZE = 4 * 2 ^ 20,
  --- Why a row cannot be read that has more.
  TOO_LONG = "it is longer than 4 MiB",
}

---@class rtk.rows.RowBuffer
local RowBuffer = {}
RowBuffer.__index = RowBuffer

--- Begins a row.
---@return rtk.rows.RowBuffer
function row_buffer.new()
  return setmetatable({ _list = {}, _size = 0 }, RowBuffer)
end

--- Adds a part.
---@param text string
function RowBuffer:add(text)
  self._list[#self._list + 1] = text
  self._size = self._size + #text
end

--- Counts bytes that are not added.
---@param count integer
function RowBuffer:count(count)
  self._size = self._size + count
end

--- Whether the row is too long by now.
---@return boolean
function RowBuffer:is_too_long()
  return self._size > row_buffer.ROW_SIZE
end

--- Takes what was added since the last time; the row goes on.
---@return string text
function RowBuffer:take()
  local list = self._list
  if not list[1] then return "" end
  local text = list[2] and table.concat(list) or list[1]
  self._list = {}
  return text
end

return row_buffer
