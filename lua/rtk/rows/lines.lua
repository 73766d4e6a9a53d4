-- SPDX-License-Identifier: MIT
-- Lines of a text in chunks of any size. They end with CRLF, LF or CR; the last one need not end.

local row_buffer = require("rtk.rows.row_buffer")

local lines = {}

---@class rtk.rows.LineReader
local Reader = {}
Reader.__index = Reader

--- Reads lines.
---@param source rtk.rows.Source
---@return rtk.rows.LineReader
function lines.new(source)
  local self = { _source = source, _chunk = "", _position = 1, _has_cr = false }
  self._parts = row_buffer.new()
  return setmetatable(self, Reader)
end

-- The rest of the line that the chunk has; the line if that is all of it.
function Reader:_read()
  local chunk = self._chunk
  if self._has_cr and chunk:sub(self._position, self._position) == "\n" then
    self._position = self._position + 1
  end
  self._has_cr = false
  local stop = chunk:find("[\r\n]", self._position)
  self._parts:add(chunk:sub(self._position, (stop or 0) - 1))
  self._position = (stop or #chunk) + 1
  if not stop then return nil end
  self._has_cr = chunk:sub(stop, stop) == "\r"
  return self:_take()
end

function Reader:_take()
  local text = self._parts:take()
  self._parts = row_buffer.new()
  return text
end

--- Reads the next line.
---@return string? line without its end; nil at the end of the text
---@return string? reason why it cannot be read
function Reader:next()
  while true do
    if self._position <= #self._chunk then
      local line = self:_read()
      if line then return line end
      if self._parts:is_too_long() then return nil, row_buffer.TOO_LONG end
    else
      self._chunk, self._position = self._source:next(), 1
      if not self._chunk then
        self._chunk = ""
        local last = self:_take()
        return last ~= "" and last or nil
      end
    end
  end
end

return lines
