-- SPDX-License-Identifier: MIT
-- Records of CSV (RFC 4180) in chunks of any size. Lines end with CRLF, LF or CR, the last one need
-- not end; blank lines are no records.

local row_buffer = require("rtk.rows.row_buffer")

local csv = {}

local QUOTE, CR, LF = 34, 13, 10

-- The states of the reader are the methods below; each takes something from the chunk, or changes
-- the state.
---@class rtk.rows.CsvReader
local Reader = {}
Reader.__index = Reader

--- Reads records.
---@param source rtk.rows.Source
---@return rtk.rows.CsvReader
function csv.new(source)
  local self = { _source = source, _chunk = "", _position = 1, _fields = {}, _has_cr = false }
  self._parts = row_buffer.new()
  self._state, self._is_quoted = Reader._begin_field, false
  return setmetatable(self, Reader)
end

-- Whether a record is a blank line.
function Reader:_is_blank(fields)
  return #fields == 1 and not self._is_quoted and not fields[1]:find("[^ \t]")
end

-- Ends the record; returns it unless it is a blank line.
function Reader:_end_record()
  local fields = self._fields
  local is_blank = self:_is_blank(fields)
  self._fields, self._is_quoted, self._parts = {}, false, row_buffer.new()
  if not is_blank then return fields end
end

-- Ends the field before a comma or the end of a line.
function Reader:_end_field(separator)
  self._fields[#self._fields + 1] = self._parts:take()
  self._parts:count(1)
  self._state = Reader._begin_field
  if separator ~= CR and separator ~= LF then return nil end
  self._has_cr = separator == CR
  return self:_end_record()
end

function Reader:_begin_field()
  local byte = self._chunk:byte(self._position)
  local is_second_of_crlf = self._has_cr and byte == LF
  self._has_cr = false
  if is_second_of_crlf then
    self._position = self._position + 1
  elseif byte == QUOTE then
    self._position, self._is_quoted = self._position + 1, true
    self._state = Reader._in_quotes
  else
    self._state = Reader._without_quotes
  end
end

-- Adds the chunk up to a position, nil for its end; continues after that.
function Reader:_take(stop)
  self._parts:add(self._chunk:sub(self._position, (stop or 0) - 1))
  self._position = (stop or #self._chunk) + 1
end

function Reader:_without_quotes()
  local stop = self._chunk:find("[,\r\n]", self._position)
  self:_take(stop)
  if stop then return self:_end_field(self._chunk:byte(stop)) end
end

function Reader:_in_quotes()
  local stop = self._chunk:find('"', self._position, true)
  self:_take(stop)
  if stop then self._state = Reader._after_quote end
end

-- The quote ends the field, or the next one makes it a part of the field.
function Reader:_after_quote()
  local byte = self._chunk:byte(self._position)
  self._position = self._position + 1
  if byte == QUOTE then
    self._parts:add('"')
    self._state = Reader._in_quotes
  elseif byte == 44 or byte == CR or byte == LF then
    return self:_end_field(byte)
  else
    return nil, "there is text after a quote that ends a field"
  end
end

-- The record before the end of the file.
function Reader:_finish()
  if self._state == Reader._in_quotes then
    return nil, "a quote is not closed before the end of the file"
  end
  if self._state == Reader._begin_field and not self._fields[1] then return nil end
  self:_end_field()
  return self:_end_record()
end

--- Reads the next record.
---@return string[]? fields nil at the end
---@return string? reason why it cannot be read
function Reader:next()
  while true do
    if self._position <= #self._chunk then
      local fields, reason = self:_state()
      if fields or reason then return fields, reason end
      if self._parts:is_too_long() then return nil, row_buffer.TOO_LONG end
    else
      self._chunk, self._position = self._source:next(), 1
      if not self._chunk then
        self._chunk = ""
        return self:_finish()
      end
    end
  end
end

return csv
