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
local decimal = require("rtk.emulator.util.text").decimal
local lists = require("rtk.emulator.util.lists")

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

local write

local function write_array(value, out)
  out[#out + 1] = "["
  for index = 1, #value do
    if index > 1 then out[#out + 1] = "," end
    write(value[index], out)
  end
  out[#out + 1] = "]"
end

local function write_object(value, out)
  local keys = lists.sorted_keys(value)
  out[#out + 1] = "{"
  for index = 1, #keys do
    if index > 1 then out[#out + 1] = "," end
    out[#out + 1] = cjson.encode(keys[index])
    out[#out + 1] = ":"
    write(value[keys[index]], out)
  end
  out[#out + 1] = "}"
end

write = function(value, out)
  local kind = type(value)
  if kind == "table" then
    return (json.is_array(value) and write_array or write_object)(value, out)
  end
  out[#out + 1] = kind == "number" and encode_number(value) or cjson.encode(value)
end

--- Encodes a value; keys of objects come out sorted.
---@param value any
---@return string
function json.encode(value)
  local out = {}
  write(value, out)
  return table.concat(out)
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
