-- SPDX-License-Identifier: MIT
-- A strict JSON reader for specs that loses nothing: every value is a node
-- { kind = "object"|"array"|"string"|"number"|"boolean"|"null" }, so empty arrays,
-- empty objects, nulls and absent members stay apart and numbers keep their text.
-- It is slow, small, and shares nothing with the codec that it checks.

local rtk = require("rtk")

local wire_json = {}

local escapes = {
  ['"'] = '"',
  ["\\"] = "\\",
  ["/"] = "/",
  b = "\b",
  f = "\f",
  n = "\n",
  r = "\r",
  t = "\t",
}

local function fail(text, position, what)
  local around = text:sub(math.max(1, position - 20), position + 20)
  error(("%s at byte %d, near %q"):format(what, position, around), 0)
end

local function continuation(code, shift)
  return 0x80 + math.floor(code / shift) % 0x40
end

local function utf8_of(code)
  if code < 0x80 then return string.char(code) end
  local last = continuation(code, 1)
  if code < 0x800 then return string.char(0xC0 + math.floor(code / 0x40), last) end
  local third = continuation(code, 0x40)
  if code < 0x10000 then return string.char(0xE0 + math.floor(code / 0x1000), third, last) end
  local second = continuation(code, 0x1000)
  return string.char(0xF0 + math.floor(code / 0x40000), second, third, last)
end

local function read_unicode_escape(text, position)
  local hex = text:match("^%x%x%x%x", position)
  if not hex then fail(text, position, "four hexadecimal digits expected") end
  local code, after = tonumber(hex, 16), position + 4
  if code < 0xD800 or code > 0xDFFF then return utf8_of(code), after end
  local low = tonumber(text:match("^\\u(%x%x%x%x)", after) or "0", 16)
  if code > 0xDBFF or low < 0xDC00 or low > 0xDFFF then
    fail(text, position, "half of a surrogate pair")
  end
  return utf8_of(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), after + 6
end

local function read_string(text, position)
  local parts = {}
  position = position + 1
  while true do
    local plain, after = text:match('^([^"\\%z\1-\31]*)()', position)
    parts[#parts + 1] = plain
    local character = text:sub(after, after)
    if character == '"' then return { kind = "string", value = table.concat(parts) }, after + 1 end
    if character ~= "\\" then fail(text, after, "end of string expected") end
    local letter = text:sub(after + 1, after + 1)
    if letter == "u" then
      parts[#parts + 1], position = read_unicode_escape(text, after + 2)
    else
      parts[#parts + 1] = escapes[letter] or fail(text, after, "unknown escape")
      position = after + 2
    end
  end
end

local function skip_space(text, position)
  return text:match("^[ \t\r\n]*()", position)
end

local read

local function read_array(text, position)
  local node = { kind = "array" }
  position = skip_space(text, position + 1)
  if text:sub(position, position) == "]" then return node, position + 1 end
  while true do
    node[#node + 1], position = read(text, position)
    local separator = text:sub(position, position)
    if separator == "]" then return node, position + 1 end
    if separator ~= "," then fail(text, position, "comma or ] expected") end
    position = position + 1
  end
end

local function read_object(text, position)
  local node = { kind = "object", members = {} }
  position = skip_space(text, position + 1)
  if text:sub(position, position) == "}" then return node, position + 1 end
  while true do
    position = skip_space(text, position)
    if text:sub(position, position) ~= '"' then fail(text, position, "name expected") end
    local name, value
    name, position = read_string(text, position)
    position = skip_space(text, position)
    if text:sub(position, position) ~= ":" then fail(text, position, "colon expected") end
    if node.members[name.value] then fail(text, position, "name given twice") end
    value, position = read(text, position + 1)
    node.members[name.value] = value
    local separator = text:sub(position, position)
    if separator == "}" then return node, position + 1 end
    if separator ~= "," then fail(text, position, "comma or } expected") end
    position = position + 1
  end
end

local function read_number(text, position)
  local integer, after = text:match("^(%-?%d+)()", position)
  if not integer or integer:find("^%-?0%d") then fail(text, position, "value expected") end
  after = text:match("^%.%d+()", after) or after
  after = text:match("^[eE][+-]?%d+()", after) or after
  return { kind = "number", value = text:sub(position, after - 1) }, after
end

local words = {
  ["true"] = { kind = "boolean", value = true },
  ["false"] = { kind = "boolean", value = false },
  ["null"] = { kind = "null" },
}

local readers = { ["{"] = read_object, ["["] = read_array, ['"'] = read_string }

function read(text, position)
  position = skip_space(text, position)
  local word = text:match("^%l+", position)
  local node = word and words[word]
  if node then
    position = position + #word
  else
    local read_value = readers[text:sub(position, position)] or read_number
    node, position = read_value(text, position)
  end
  return node, skip_space(text, position)
end

--- Reads a text; raises what is wrong with it.
---@param text string
---@return table node
function wire_json.read(text)
  local node, position = read(text, 1)
  if position <= #text then fail(text, position, "end of text expected") end
  return node
end

--- Whether two texts are the same number; without point and exponent only if the
--- digits are the same, since a number could not hold them all.
---@param a string
---@param b string
---@return boolean
function wire_json.same_number(a, b)
  if a == b then return true end
  local both_plain = a:find("^%-?%d+$") and b:find("^%-?%d+$")
  return not both_plain and tonumber(a) ~= nil and tonumber(a) == tonumber(b)
end

local function describe(node)
  if not node then return "nothing" end
  if node.value == nil then return node.kind end
  return node.kind .. " " .. tostring(node.value)
end

local difference

local function difference_of_objects(a, b, path)
  for name, value in pairs(a.members) do
    local found = difference(value, b.members[name], path .. "." .. name)
    if found then return found end
  end
  for name, value in pairs(b.members) do
    if not a.members[name] then return difference(nil, value, path .. "." .. name) end
  end
  return nil
end

local function difference_of_arrays(a, b, path)
  for index = 1, math.max(#a, #b) do
    local found = difference(a[index], b[index], ("%s[%d]"):format(path, index))
    if found then return found end
  end
  return nil
end

--- The first place where two nodes differ, or nil when they mean the same.
---@param a table? node
---@param b table? node
---@param path? string what to call the root
---@return string? place with what is found there in both
function difference(a, b, path)
  path = path or "body"
  local kind = a and b and a.kind == b.kind and a.kind
  if kind == "object" then return difference_of_objects(a, b, path) end
  if kind == "array" then return difference_of_arrays(a, b, path) end
  if kind == "number" and wire_json.same_number(a.value, b.value) then return nil end
  if kind and kind ~= "number" and a.value == b.value then return nil end
  return ("%s is %s, expected %s"):format(path, describe(a), describe(b))
end

wire_json.difference = difference

--- The Lua value that a user would write for a node: rtk.null for null, and for an
--- empty array rtk.array {}, unless `plain(path)` says that {} will do there.
---@param node table
---@param plain? fun(path: string): boolean
---@param path? string of the node; names with a dot before each
---@return any
function wire_json.to_lua(node, plain, path)
  path = path or ""
  if node.kind == "null" then return rtk.null end
  if node.kind == "number" then return tonumber(node.value) end
  local value = {}
  if node.kind == "array" then
    for index, item in ipairs(node) do
      value[index] = wire_json.to_lua(item, plain, path)
    end
    return plain and plain(path) and value or rtk.array(value)
  elseif node.kind == "object" then
    for name, member in pairs(node.members) do
      value[name] = wire_json.to_lua(member, plain, path .. "." .. name)
    end
    return value
  end
  return node.value
end

return wire_json
