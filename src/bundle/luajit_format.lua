-- SPDX-License-Identifier: MIT
-- The format of LuaJIT's bytecode: that of lj_bcdump.h, version 2.
--
-- A text is read with a reader, which has a position in it.

local format = {
  -- The bytes of an instruction.
  WIDTH = 4,
  -- The kind of a constant that is a table, such as a constructor begins with.
  TABLE = 1,
  -- A value in a table.
  NIL = "\0",
}

-- Where the name of the chunk stands: behind "\27LJ", the version, and the flags.
local VERSION, FLAGS = 4, 5
local INTEGER, NUMBER, STRING = 3, 4, 5 -- kinds of a table's items
local INT64, UINT64, COMPLEX = 2, 3, 4 -- kinds of constants; strings are above

--- A reader of a text.
---@param text string
---@param position integer where it begins
---@return table reader
function format.reader(text, position)
  local reader = { position = position }

  function reader.skip(count)
    reader.position = reader.position + count
  end

  function reader.byte()
    reader.skip(1)
    return text:byte(reader.position - 1)
  end

  -- A number of seven bits a byte.
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

--- The text of a number of seven bits a byte.
---@param value integer
---@return string text
function format.number(value)
  local bytes = {}
  while value >= 128 do
    bytes[#bytes + 1] = string.char(value % 128 + 128)
    value = math.floor(value / 128)
  end
  return table.concat(bytes) .. string.char(value)
end

--- A reader behind the head of bytecode, where its functions are.
---@param bytecode string
---@return table? reader nil if the format is another
function format.functions(bytecode)
  if bytecode:byte(VERSION) ~= 2 or bytecode:byte(FLAGS) >= 128 then return nil end
  local reader = format.reader(bytecode, FLAGS + 1)
  reader.skip(reader.number())
  return reader
end

--- Goes to the constants of a function, from behind its size.
---@return integer count of the constants
---@return integer first where its instructions begin
---@return integer last where they end
function format.to_constants(reader)
  reader.skip(3) -- flags, parameters, size of the frame
  local upvalues = reader.byte()
  local constants, _, instructions = reader.number(), reader.number(), reader.number()
  if reader.number() > 0 then -- bytes about lines and names
    reader.number()
    reader.number()
  end
  local first = reader.position
  reader.skip(instructions * format.WIDTH + upvalues * 2)
  return constants, first, first + instructions * format.WIDTH - 1
end

--- Skips a key or a value of a table.
function format.skip_item(reader)
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

local function skip_table(reader)
  local items, pairs_left = reader.number(), reader.number()
  for _ = 1, items + 2 * pairs_left do
    format.skip_item(reader)
  end
end

--- Skips a constant. A string looks like one in a table.
---@return integer kind
function format.skip_constant(reader)
  local kind = reader.number()
  if kind == format.TABLE then skip_table(reader) end
  local numbers = (kind == INT64 or kind == UINT64) and 2 or kind == COMPLEX and 4 or 0
  for _ = 1, numbers do
    reader.number()
  end
  if kind > COMPLEX then reader.skip(kind - STRING) end
  return kind
end

return format
