-- SPDX-License-Identifier: MIT
-- Makes LuaJIT's bytecode the same in each build.
--
-- LuaJIT writes the keys of a table constructor in the order in which its hash has them. That is by
-- chance, because each state has another seed; here they are sorted. The format is that of
-- lj_bcdump.h, version 2: what is not of it is left as it is.

local luajit = {}

-- Where the name of the chunk stands: behind "\27LJ", the version, and the flags.
local VERSION, FLAGS = 4, 5
local INTEGER, NUMBER, STRING = 3, 4, 5 -- kinds of a table's items
local CHILD, TABLE, INT64, UINT64, COMPLEX = 0, 1, 2, 3, 4 -- kinds of constants; strings are above

-- A reader of a text: numbers of seven bits a byte, bytes to skip.
local function reader_of(text, position)
  local reader = { position = position }

  function reader.skip(count)
    reader.position = reader.position + count
  end

  function reader.byte()
    reader.skip(1)
    return text:byte(reader.position - 1)
  end

  function reader.number()
    local value, factor = 0, 1
    repeat
      local byte = reader.byte()
      value, factor = value + byte % 128 * factor, factor * 128
    until byte < 128
    return value
  end

  return reader
end

local function skip_item(reader)
  local kind = reader.number()
  if kind >= STRING then
    reader.skip(kind - STRING)
  elseif kind == INTEGER then
    reader.number()
  elseif kind == NUMBER then
    reader.number()
    reader.number()
  end
end

-- A table with its keys sorted; the reader is behind its kind.
local function sorted_table(text, reader)
  local start = reader.position
  local items, pairs_left = reader.number(), reader.number()
  for _ = 1, items do
    skip_item(reader)
  end
  local head, rows = text:sub(start, reader.position - 1), {}
  for index = 1, pairs_left do
    local first = reader.position
    skip_item(reader)
    skip_item(reader)
    rows[index] = text:sub(first, reader.position - 1)
  end
  table.sort(rows)
  return head .. table.concat(rows)
end

-- Skips a constant that is no table.
local function skip_constant(reader, kind)
  local numbers = (kind == INT64 or kind == UINT64) and 2 or kind == COMPLEX and 4 or 0
  for _ = 1, numbers do
    reader.number()
  end
  if kind > COMPLEX then reader.skip(kind - STRING) end
end

-- Goes to the constants of a function, past its code and upvalues; returns how many there are.
local function to_constants(reader)
  reader.skip(3) -- flags, parameters, size of the frame
  local upvalues = reader.byte()
  local constants, _, instructions = reader.number(), reader.number(), reader.number()
  if reader.number() > 0 then -- bytes about lines and names
    reader.number()
    reader.number()
  end
  reader.skip(instructions * 4 + upvalues * 2)
  return constants
end

-- A function, from behind its size to its last byte, with its tables sorted.
local function sorted_function(text, start, stop)
  local reader, pieces, copied = reader_of(text, start), {}, start
  for _ = 1, to_constants(reader) do
    local kind = reader.number()
    if kind == TABLE then
      pieces[#pieces + 1] = text:sub(copied, reader.position - 1)
      pieces[#pieces + 1] = sorted_table(text, reader)
      copied = reader.position
    elseif kind ~= CHILD then
      skip_constant(reader, kind)
    end
  end
  pieces[#pieces + 1] = text:sub(copied, stop)
  return table.concat(pieces)
end

--- The bytecode with the keys of its table constructors sorted.
---@param bytecode string as string.dump writes it
---@return string bytecode of the same length
function luajit.sort(bytecode)
  if bytecode:byte(VERSION) ~= 2 or bytecode:byte(FLAGS) >= 128 then return bytecode end
  local reader = reader_of(bytecode, FLAGS + 1)
  reader.skip(reader.number())
  local pieces = { bytecode:sub(1, reader.position - 1) }
  while true do
    local start = reader.position
    local size = reader.number()
    if size == 0 then break end
    pieces[#pieces + 1] = bytecode:sub(start, reader.position - 1)
    local stop = reader.position + size - 1
    pieces[#pieces + 1] = sorted_function(bytecode, reader.position, stop)
    reader.position = stop + 1
  end
  return table.concat(pieces) .. "\0"
end

return luajit
