-- SPDX-License-Identifier: MIT
-- Records of CSV as fields by name: the names are those of a header, or follow from the order of
-- the columns where there is none.

local fields = require("rtk.rows.fields")

local columns = {}

-- A first record with so many known names is a header.
local HEADER_NAMES = 2

---@class rtk.rows.ColumnReader
local Reader = {}
Reader.__index = Reader

--- Reads records.
---@param records rtk.rows.CsvReader
---@param known table<string, string> names in rows by folded names
---@param order string[] names in rows, in the order of the columns of a file without a header
---@return rtk.rows.ColumnReader
function columns.new(records, known, order)
  return setmetatable({ _records = records, _known = known, _order = order }, Reader)
end

function Reader:_is_header(record)
  local count = 0
  for _, name in ipairs(record) do
    if self._known[fields.fold(name)] then count = count + 1 end
  end
  return count >= HEADER_NAMES
end

local function count_text(count)
  return count == 1 and "1 field" or ("%d fields"):format(count)
end

-- Why a record is none of this file.
function Reader:_reason(record)
  local header = self._header
  local expected = header and #header or #self._order
  -- A header names all columns; a file without one may have got more.
  if #record == expected or not header and #record > expected then return nil end
  return ("it has %s in place of %d"):format(count_text(#record), expected)
end

function Reader:_by_name(record)
  local object = {}
  for index, name in ipairs(self._header) do
    object[name:match("^[ \t]*(.-)[ \t]*$")] = record[index]
  end
  return fields.sort(object, self._known)
end

function Reader:_by_order(record)
  local found, other = {}, nil
  for index, value in ipairs(record) do
    local name = self._order[index]
    if name then
      found[name] = value
    else
      other = other or {}
      other[index] = value
    end
  end
  return found, other
end

--- Reads the next record that is no header.
---@return table<string, string>? found by their names in rows; nil at the end
---@return table<string, string>|string|nil other the fields that are not known, by their names or
---the numbers of their columns; without found the reason why it cannot be read
function Reader:next()
  local record, message = self._records:next()
  if not record then return nil, message end
  if not self._is_started then
    self._is_started = true
    if self:_is_header(record) then
      self._header = record
      return self:next()
    end
  end
  local reason = self:_reason(record)
  if reason then return nil, reason end
  if self._header then return self:_by_name(record) end
  return self:_by_order(record)
end

return columns
