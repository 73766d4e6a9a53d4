-- SPDX-License-Identifier: MIT
-- The body of an answer: a string, or a source of bytes that are made when they are read, since
-- recordings are large. A source is { size, read }, read(first, last) giving the bytes from the
-- first to the last, counted from 1.
local response_body = {}

--- How many bytes there are.
---@param given string|table
---@return integer
function response_body.size(given)
  return type(given) == "string" and #given or given.size
end

--- The bytes from the first to the last, counted from 1.
---@param given string|table
---@param first integer
---@param last integer
---@return string
function response_body.part(given, first, last)
  if type(given) == "string" then return given:sub(first, last) end
  return given.read(first, math.min(last, given.size))
end

--- All bytes.
---@param given string|table
---@return string
function response_body.text(given)
  return type(given) == "string" and given or given.read(1, given.size)
end

--- A part of a body as a body.
---@param given string|table
---@param first integer
---@param last integer
---@return string|table
function response_body.slice(given, first, last)
  if type(given) == "string" then return given:sub(first, last) end
  return {
    size = last - first + 1,
    read = function(from, to)
      return given.read(first + from - 1, first + to - 1)
    end,
  }
end

return response_body
