-- SPDX-License-Identifier: MIT
-- Iterates over the rows of a file that is downloaded meanwhile.
--
-- As other iterators do, it raises text, because hosts show nothing else; the error is then in the
-- iterator's field err.

local callable = require("rtk.pagination.callable")
local errors = require("rtk.errors")
local misuse = require("rtk.misuse")
local rows = require("rtk.rows")
local suggest = require("rtk.suggest")

---@class rtk.RowIterator a generic for calls it for the next row
---@field err? rtk.Error why it raised; err.row_no is the row that cannot be read
---@field row_no integer how many rows it has returned
---@field close fun(self: rtk.RowIterator) ends the download

local iterator = {}

local NAMES = { "close", "err", "row_no" }

local Iterator = {}
Iterator.__index = Iterator

-- Ends the download.
function Iterator:_end()
  if self._is_done then return end
  self._is_done = true
  if self._close_file then self._close_file() end
end

function Iterator:_raise(message, err)
  self.err = err
  misuse.raise(message)
end

-- The next chunk of the file, which is opened when the first one is needed.
function Iterator:_chunk()
  if not self._next_chunk then
    self._next_chunk, self._close_file = self._open()
  end
  local chunk, message, err = self._next_chunk()
  if not chunk and message then self:_raise(message, err) end
  return chunk
end

function Iterator:_read()
  local row, message, row_no = self._next_row()
  if message then
    local err = errors.of_wait("decode", message, "broken_file")
    err.row_no = row_no
    self:_raise(message, err)
  end
  return row
end

-- The next row; nil at the end.
function Iterator:_next()
  if self._is_done then return nil end
  if self._is_reading then
    misuse.raise(
      "another coroutine waits for this file's next row, or was cancelled while it did:"
        .. " give each its own loop"
    )
  end
  self._is_reading = true
  local ok, row = pcall(self._read, self)
  self._is_reading = false
  if not ok or row == nil then self:_end() end
  if not ok then error(row, 0) end
  -- Another coroutine may have closed it meanwhile.
  if self._is_done then return nil end
  self.row_no = self.row_no + 1
  return row
end

local function refuse()
  misuse.raise("rows are an iterator and no array: write `for row in` before it, without ipairs")
end

local function index_of(self)
  local function close()
    self:_end()
  end
  return function(_, name)
    if name == "close" then return close end
    if name == "err" or name == "row_no" then return self[name] end
    if type(name) == "number" then refuse() end
    if type(name) ~= "string" or name:sub(1, 1) == "_" then return nil end
    misuse.raise(("an iterator of rows has no %q"):format(name) .. suggest.clause(name, NAMES))
  end
end

--- Makes an iterator over the rows of a file.
---@param kind "chat"|"transcript"
---@param open fun(): (fun(): string?, string?, rtk.Error?), fun() begins the download: returns a
---function for the next chunk, which returns nil at the end and nil, message, err on failure, and
---one that ends the download
---@return rtk.RowIterator|fun(): table? iterator
---@return nil, nil
---@return rtk.RowIterator closing for a generic for of Lua 5.4
function iterator.new(kind, open)
  local self = setmetatable({ _open = open, _is_done = false, row_no = 0 }, Iterator)
  self._next_row = rows.read(kind, function()
    return self:_chunk()
  end)
  local value = callable.new({
    __name = "rtk.RowIterator",
    __call = function()
      return self:_next()
    end,
    __close = function()
      self:_end()
    end,
    __index = index_of(self),
    __len = refuse,
    __pairs = refuse,
    __ipairs = refuse,
    __tostring = function()
      return ("rtk.RowIterator after row %d of the %s"):format(self.row_no, kind)
    end,
  })
  return value, nil, nil, value
end

return iterator
