-- SPDX-License-Identifier: MIT
-- Objects of a JSON array in chunks of any size, decoded one at a time.
--
-- The text is split by strings and brackets only; what is between the brackets of an object, the
-- codec checks. An object may wrap the array: then it is the first array of objects in it that is
-- not inside of another array.

local core = require("rtk.core")
local row_buffer = require("rtk.rows.row_buffer")

local json_array = {}

local QUOTE = 34

local BROKEN = "the file ends in the middle"

-- The states of the reader are the methods below; each takes something from the chunk, or changes
-- the state. _wrappers counts the objects around the array.
---@class rtk.rows.JsonReader
local Reader = {}
Reader.__index = Reader

--- Reads objects.
---@param source rtk.rows.Source
---@return rtk.rows.JsonReader
function json_array.new(source)
  local self = { _source = source, _chunk = "", _position = 1, _parts = row_buffer.new() }
  self._is_in_string, self._is_escaped = false, false
  self._wrappers, self._depth = 0, 0
  self._state = Reader._begin
  return setmetatable(self, Reader)
end

-- The position after the string that the chunk begins in; nil if it continues in the next chunk.
function Reader:_end_of_string(position)
  local chunk = self._chunk
  if self._is_escaped then
    self._is_escaped, position = false, position + 1
  end
  while true do
    local stop = chunk:find('["\\]', position)
    if not stop then return nil end
    if chunk:byte(stop) == QUOTE then
      self._is_in_string = false
      return stop + 1
    end
    if stop == #chunk then
      self._is_escaped = true
      return nil
    end
    position = stop + 2
  end
end

-- The next bracket of the chunk outside of strings, with its position; continues after it.
function Reader:_bracket()
  local chunk, position = self._chunk, self._position
  while position do
    if self._is_in_string then
      position = self:_end_of_string(position)
    else
      local stop = chunk:find('["%[%]{}]', position)
      if stop and chunk:byte(stop) ~= QUOTE then
        self._position = stop + 1
        return chunk:sub(stop, stop), stop
      end
      self._is_in_string, position = stop ~= nil, stop and stop + 1
      self._has_string = self._has_string or self._is_in_string
    end
  end
  self._position = #chunk + 1
end

-- Counts brackets until the depth is 0 again; returns the position of the last one.
function Reader:_closing_bracket()
  while true do
    local bracket, position = self:_bracket()
    if not bracket then return nil end
    local is_opening = bracket == "{" or bracket == "["
    self._depth = self._depth + (is_opening and 1 or -1)
    if self._depth == 0 then return position end
  end
end

-- The next character that is no white space; continues after it.
function Reader:_character()
  local position = self._chunk:find("[^ \t\r\n]", self._position)
  self._position = (position or #self._chunk) + 1
  return position and self._chunk:sub(position, position)
end

function Reader:_begin()
  local character = self:_character()
  if character == "[" then self._state = Reader._first_element end
  if character == "{" then
    self._wrappers, self._state = 1, Reader._in_wrapper
  end
end

-- Looks for an array in the object.
function Reader:_in_wrapper()
  local bracket = self:_bracket()
  if bracket == "{" then self._wrappers = self._wrappers + 1 end
  if bracket == "[" then self._state = Reader._in_unknown_array end
  if bracket == "]" then return nil, "a bracket is closed that is not open" end
  if bracket ~= "}" then return nil end
  self._wrappers = self._wrappers - 1
  if self._wrappers > 0 then return nil end
  if self._has_string and not self._has_array then
    return nil, "there is no array of objects in the file"
  end
  self._state = Reader._after
end

-- Whether an array is the one: it holds objects.
function Reader:_in_unknown_array()
  local character = self:_character()
  if not character then return nil end
  if character == "]" then
    self._has_array, self._state = true, Reader._in_wrapper
    return nil
  end
  self._position = self._position - 1
  self._depth = 1
  self._state = character == "{" and Reader._begin_element or Reader._in_other_array
end

function Reader:_in_other_array()
  if self:_closing_bracket() then self._state = Reader._in_wrapper end
end

function Reader:_first_element()
  local character = self:_character()
  if character == "]" then
    self._state = Reader._after
  elseif character then
    self._position, self._state = self._position - 1, Reader._begin_element
  end
end

function Reader:_begin_element()
  local character = self:_character()
  if not character then return nil end
  if character ~= "{" then return nil, "it is no JSON object" end
  self._parts:add("{")
  self._depth, self._state = 1, Reader._in_element
end

function Reader:_in_element()
  local start = self._position
  local stop = self:_closing_bracket()
  self._parts:add(self._chunk:sub(start, stop))
  if not stop then return nil end
  local text = self._parts:take()
  self._parts, self._state = row_buffer.new(), Reader._after_element
  local object, message = core.decode(text)
  if object then return object end
  -- The rest of the message has a character of the text.
  local place = message:match("at byte [0-9]+$")
  return nil, "it is not valid JSON" .. (place and ", " .. place .. " of it" or "")
end

function Reader:_after_element()
  local character = self:_character()
  if character == "," then
    self._state = Reader._begin_element
  elseif character == "]" then
    self._depth = self._wrappers
    self._state = self._wrappers > 0 and Reader._in_rest_of_wrapper or Reader._after
  elseif character then
    return nil, "there is no comma before it"
  end
end

function Reader:_in_rest_of_wrapper()
  if self:_closing_bracket() then self._state = Reader._after end
end

function Reader:_after()
  if self:_character() then return nil, "there is text after the end of the JSON" end
end

--- Reads the next object.
---@return table? object nil at the end
---@return string? reason why it cannot be read
function Reader:next()
  while true do
    if self._position <= #self._chunk then
      local object, reason = self:_state()
      if object or reason then return object, reason end
      if self._parts:is_too_long() then return nil, row_buffer.TOO_LONG end
    else
      self._chunk, self._position = self._source:next(), 1
      if not self._chunk then
        self._chunk = ""
        if self._state == Reader._after then return nil end
        return nil, BROKEN
      end
    end
  end
end

--- Reads rows.
---@param source rtk.rows.Source
---@param row_of fun(object: table): table?, string? makes a row of an object, or says why it cannot
---@return fun(): table?, string? next_row
function json_array.rows(source, row_of)
  local objects = json_array.new(source)
  return function()
    local object, reason = objects:next()
    if not object then return nil, reason end
    return row_of(object)
  end
end

return json_array
