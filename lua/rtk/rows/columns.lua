-- SPDX-License-Identifier: MIT
-- Records of CSV as fields by name: the names are those of a header, or follow from the order of
-- the columns where there is none.

local csv = require("rtk.rows.csv")
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
  return setmetatable({ _records = records, _known = known, _targets = order }, Reader)
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

local function trim(text)
  return text:match("^[ \t]*(.-)[ \t]*$")
end

-- Takes the names of the columns from a header. A name that comes twice is known once.
function Reader:_take_header(header)
  local targets, names, taken = {}, {}, {}
  for index, name in ipairs(header) do
    local target = self._known[fields.fold(name)]
    names[index] = trim(name)
    targets[index] = target and not taken[target] and target or false
    if target then taken[target] = true end
  end
  self._targets, self._names = targets, names
end

-- Why a record is none of this file.
function Reader:_reason(record)
  local expected, has_header = #self._targets, self._names ~= nil
  -- A header names all columns; a file without one may have got more.
  if #record == expected or not has_header and #record > expected then return nil end
  return ("it has %s in place of %d"):format(count_text(#record), expected)
end

function Reader:_sort(record)
  local found, other = {}, nil
  for index, value in ipairs(record) do
    local target = self._targets[index]
    if target then
      found[target] = value
    else
      other = other or {}
      other[self._names and self._names[index] or index] = value
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
      self:_take_header(record)
      return self:next()
    end
  end
  local reason = self:_reason(record)
  if reason then return nil, reason end
  return self:_sort(record)
end

--- Reads rows.
---@param source rtk.rows.Source
---@param known table<string, string>
---@param order string[]
---@param row_of fun(found: table, other?: table): table?, string? makes a row of a record, or says
---why it cannot
---@return fun(): table?, string? next_row
function columns.rows(source, known, order, row_of)
  local records = columns.new(csv.new(source), known, order)
  return function()
    local found, other = records:next()
    if not found then return nil, other end
    return row_of(found, other)
  end
end

return columns
