-- SPDX-License-Identifier: MIT
-- Writes the keys of table constructors into LuaJIT's bytecode: all of them, and sorted.
--
-- LuaJIT leaves out the keys whose values are not constant. A constructor loaded from such bytecode
-- makes a table that is too small, and that grows several times while it is filled: a call that
-- gets an object executed 4 % more instructions. Here they are added, with the value nil.
-- The others it writes in the order in which its hash has them, which is another in each state;
-- sorted, the bytecode is the same in each build.

local format = dofile("src/bundle/luajit_format.lua")

local luajit = {}

-- Instructions, as in lj_bc.h of LuaJIT 2.1: the first byte is the operation, the second most often
-- the register that it sets. Below MOV they compare; from CALLS on they use all registers from the
-- first on.
local MOV, TDUP, TSETS, CALLS = 18, 53, 61, 65
-- Those that store what is in the register: USETV to UCLO, GSET, TSETV to TSETR.
local stores = {}
for _, operation in ipairs({ 46, 47, 48, 49, 50, 55, 60, TSETS, 62, 63, 64 }) do
  stores[operation] = true
end

-- A table with all its keys, sorted.
---@param text string
---@param start integer where it begins
---@param keys string[] some that it may lack, as they stand in the text
local function whole_table(text, start, keys)
  local reader, rows, has = format.reader(text, start + 1), {}, {}
  local items, count = reader.number(), reader.number()
  local first = reader.position
  for _ = 1, items do
    format.skip_item(reader)
  end
  local array = text:sub(first, reader.position - 1)
  for index = 1, count do
    first = reader.position
    format.skip_item(reader)
    has[text:sub(first, reader.position - 1)] = true
    format.skip_item(reader)
    rows[index] = text:sub(first, reader.position - 1)
  end
  for _, key in ipairs(keys) do
    if not has[key] then rows[#rows + 1] = key .. format.NIL end
    has[key] = true
  end
  table.sort(rows)
  local head = string.char(format.TABLE) .. format.number(items) .. format.number(#rows)
  return head .. array .. table.concat(rows)
end

-- Where the constants of a function begin, in their order.
local function constant_starts(text, start)
  local reader, starts = format.reader(text, start), {}
  for index = 1, format.to_constants(reader) do
    starts[index] = reader.position
    format.skip_constant(reader)
  end
  starts[#starts + 1] = reader.position
  return starts
end

-- Whether an instruction gives a register another value, or may.
local function changes(operation, first, register)
  if operation >= CALLS then return first <= register end
  return first == register and operation >= MOV and not stores[operation]
end

-- The keys that are stored into a table while it is in the register where it was made.
---@param position integer behind the instruction that made it
---@param stop integer where the instructions end
---@param constant fun(number: integer): string
local function stored_keys(text, position, stop, register, constant)
  local keys = {}
  while position < stop do
    local operation, first, key, into = text:byte(position, position + 3)
    if operation == TSETS and into == register then
      keys[#keys + 1] = constant(key)
    elseif changes(operation, first, register) then
      break
    end
    position = position + format.WIDTH
  end
  return keys
end

-- The keys that are stored into the tables of constructors, by the indexes of these constants.
local function keys_by_table(text, start, starts)
  local keys, count = {}, #starts - 1
  -- Instructions count from the last.
  local function constant(number)
    return text:sub(starts[count - number], starts[count - number + 1] - 1)
  end
  local _, position, stop = format.to_constants(format.reader(text, start))
  while position < stop do
    local operation, register, low, high = text:byte(position, position + 3)
    position = position + format.WIDTH
    if operation == TDUP then
      local index = count - low - high * 256
      keys[index] = stored_keys(text, position, stop, register, constant)
    end
  end
  return keys
end

-- A function, from behind its size to its last byte, with its tables whole.
local function whole_function(text, start, stop)
  local starts = constant_starts(text, start)
  local keys = keys_by_table(text, start, starts)
  local pieces = { text:sub(start, starts[1] - 1) }
  for index = 1, #starts - 1 do
    local first, last = starts[index], starts[index + 1] - 1
    local is_table = text:byte(first) == format.TABLE
    pieces[#pieces + 1] = is_table and whole_table(text, first, keys[index] or {})
      or text:sub(first, last)
  end
  pieces[#pieces + 1] = text:sub(starts[#starts], stop)
  return table.concat(pieces)
end

--- The bytecode with all the keys of its table constructors, sorted.
---@param bytecode string as string.dump writes it
---@return string bytecode
function luajit.with_keys(bytecode)
  local reader = format.functions(bytecode)
  if not reader then return bytecode end
  local pieces = { bytecode:sub(1, reader.position - 1) }
  while true do
    local size = reader.number()
    if size == 0 then break end
    local stop = reader.position + size - 1
    local whole = whole_function(bytecode, reader.position, stop)
    pieces[#pieces + 1] = format.number(#whole) .. whole
    reader.position = stop + 1
  end
  return table.concat(pieces) .. "\0"
end

return luajit
