-- SPDX-License-Identifier: MIT
-- JSON on lua-cjson, not on rtk.core, so that the emulator can contradict the client's codec.
--
-- Works around the limits of lua-cjson 2.1.0. That decodes `[]` and `{}` to the same table: empty
-- arrays are marked in the text before decoding and become tables with the array metatable. It
-- encodes numbers with 14 digits and objects in any order: the encoder here writes integers as
-- such, other numbers with as many digits as they need, and sorted keys, so that the same calls
-- give the same bytes on every Lua. Null is cjson.null; a number too large for a double decodes to
-- null, as in JavaScript.
local cjson = require("cjson")
local lists = require("rtk.emulator.util.lists")
local memo = require("rtk.emulator.util.memo")
local text_tools = require("rtk.emulator.util.text")

local decimal, to_utf8 = text_tools.decimal, text_tools.utf8

-- Not UTF-8, so no JSON text can contain it.
local EMPTY = "\255empty array\255"
local MARKED = '["' .. EMPTY .. '"]'

local LARGEST_EXACT = 2 ^ 53

local ArrayMetatable = {}

local json = { null = cjson.null }

local reader, reader_locale

-- lua-cjson knows the decimal point of the locale in which a codec was made.
local function reader_for_locale()
  local locale = os.setlocale(nil, "numeric")
  if locale ~= reader_locale then
    reader, reader_locale = cjson.new(), locale
    reader.decode_invalid_numbers(false)
  end
  return reader
end

--- Marks a table as a JSON array, which matters when it may be empty.
---@param items? table
---@return table
function json.array(items)
  return setmetatable(items or {}, ArrayMetatable)
end

---@param value any
---@return boolean
function json.is_array(value)
  return type(value) == "table" and (getmetatable(value) == ArrayMetatable or value[1] ~= nil)
end

--- The end of the string literal whose opening quote is at `open`, or nil when it has none.
local function string_end(text, open)
  local at = open + 1
  while true do
    local found = text:find('[\\"]', at)
    if not found then return nil end
    if text:sub(found, found) == '"' then return found end
    at = found + 2
  end
end

local function mark_empty_arrays(text)
  local parts, at = {}, 1
  while true do
    local open = text:find('"', at, true)
    local close = open and string_end(text, open)
    local between = text:sub(at, close and open - 1 or -1):gsub("%[[ \t\r\n]*%]", MARKED)
    parts[#parts + 1] = between
    if not close then return table.concat(parts) end
    parts[#parts + 1] = text:sub(open, close)
    at = close + 1
  end
end

local function unmark(value)
  if type(value) ~= "table" then return value end
  if value[1] == EMPTY then return json.array() end
  for key, member in pairs(value) do
    value[key] = unmark(member)
  end
  return value
end

--- Decodes one JSON text.
---@param text string
---@return any value nil when the text is not JSON
---@return string? message
function json.decode(text)
  local has_empty = text:find("%[[ \t\r\n]*%]") ~= nil
  local ok, value = pcall(reader_for_locale().decode, has_empty and mark_empty_arrays(text) or text)
  if not ok then return nil, (tostring(value):gsub("^.-:%d+: ", "")) end
  return has_empty and unmark(value) or value
end

local function encode_number(number)
  if number ~= number or number == math.huge or number == -math.huge then return "null" end
  if number % 1 == 0 and number < LARGEST_EXACT and number > -LARGEST_EXACT then
    return string.format("%d", number)
  end
  local short = decimal("%.15g", number)
  return tonumber(short) == number and short or decimal("%.17g", number)
end

-- What came in a request may be any bytes; a reply is UTF-8.
local function encode_long(value)
  return cjson.encode(to_utf8(value))
end

local encode_short = memo.of(encode_long)

-- A longer text will hardly come again.
local SHORT = 64

local function encode_string(value)
  return #value > SHORT and encode_long(value) or encode_short(value)
end

-- The members of objects by the order in which their keys come, as a tree with a level for each
-- key: views of one kind have few orders, so their keys are sorted and written once.
local function new_shape()
  return { after = {} }
end

local shapes, shape_count = new_shape(), 0

-- Bounds what objects with any keys leave behind.
local MOST_SHAPES = 10000

-- The names of an object's members, sorted, and the text before the value of each.
local function members_of(value)
  local members = { names = lists.sorted_keys(value), texts = {} }
  for index, name in ipairs(members.names) do
    members.texts[index] = (index > 1 and "," or "{") .. encode_string(name) .. ":"
  end
  return members
end

local function shape_of(value)
  local shape = shapes
  for name in next, value do
    local deeper = shape.after[name]
    if not deeper then
      deeper, shape_count = new_shape(), shape_count + 1
      shape.after[name] = deeper
    end
    shape = deeper
  end
  if shape_count > MOST_SHAPES then
    shapes, shape_count = new_shape(), 0
  end
  return shape
end

local write

local function write_array(value, out, at)
  out[at] = "["
  for index = 1, #value do
    if index > 1 then
      at = at + 1
      out[at] = ","
    end
    at = write(value[index], out, at + 1)
  end
  out[at + 1] = "]"
  return at + 1
end

local function write_object(value, out, at)
  local shape = shape_of(value)
  local members = shape.members or members_of(value)
  shape.members = members
  local names, texts = members.names, members.texts
  if not names[1] then
    out[at] = "{}"
    return at
  end
  for index = 1, #names do
    out[at] = texts[index]
    at = write(value[names[index]], out, at + 1) + 1
  end
  out[at] = "}"
  return at
end

local WORDS = { [true] = "true", [false] = "false", [json.null] = "null" }

-- Writes a value from a place of `out` on; returns the last one that it takes.
write = function(value, out, at)
  local kind = type(value)
  if kind == "string" then
    out[at] = encode_string(value)
  elseif kind == "table" then
    return (json.is_array(value) and write_array or write_object)(value, out, at)
  else
    out[at] = WORDS[value] or kind == "number" and encode_number(value) or cjson.encode(value)
  end
  return at
end

--- Encodes a value; keys of objects come out sorted.
---@param value any
---@return string
function json.encode(value)
  local out = {}
  return table.concat(out, "", 1, write(value, out, 1))
end

--- A deep copy that keeps arrays arrays.
---@param value any
---@return any
function json.copy(value)
  if type(value) ~= "table" then return value end
  local copied = setmetatable({}, getmetatable(value))
  for key, member in pairs(value) do
    copied[key] = json.copy(member)
  end
  return copied
end

return json
