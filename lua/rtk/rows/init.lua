-- SPDX-License-Identifier: MIT
-- Typed rows of the files that sessions leave behind, whatever their format. A file is read in
-- chunks, and one row is in memory at a time.

local chat = require("rtk.rows.chat")
local format = require("rtk.rows.format")
local chunk_reader = require("rtk.rows.chunk_reader")
local transcript = require("rtk.rows.transcript")

local rows = {}

local KINDS = { chat = chat, transcript = transcript }

-- Files that have no rows to read.
local REFUSED = {
  markup = "the %s cannot be read: it is HTML or XML",
  utf16 = "the %s cannot be read: it is UTF-16, not UTF-8",
}

local function at_end()
  return nil
end

-- The function that reads a file's rows; nil and the reason when it can have none.
local function open(kind, next_chunk)
  local input = chunk_reader.new(next_chunk)
  local found = format.of(input:head())
  if found == "empty" then return at_end end
  if REFUSED[found] then return nil, REFUSED[found]:format(kind.name) end
  return (kind.readers[found] or kind.readers.csv)(input)
end

--- Reads the rows of a file. The first bytes are read when the first row is asked for.
---@param name "chat"|"transcript"
---@param next_chunk rtk.rows.NextChunk it may raise
---@return fun(): table?, string?, integer? next_row returns a row, nil at the end, or nil, why the
---next row cannot be read, without a quotation, and its number; it is the last then
function rows.read(name, next_chunk)
  local kind, count = KINDS[name], 0
  local read_row
  return function()
    local message
    if not read_row then
      read_row, message = open(kind, next_chunk)
      if not read_row then return nil, message, 1 end
    end
    local row, reason = read_row()
    count = count + 1
    if not reason then return row end
    return nil, ("row %d of the %s cannot be read: %s"):format(count, kind.name, reason), count
  end
end

return rows
