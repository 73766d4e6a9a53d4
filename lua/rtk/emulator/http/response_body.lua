-- SPDX-License-Identifier: MIT
-- Response bodies: a string, or a byte source whose bytes are generated on demand, because
-- recordings are large. A source is { size, read }; read(first, last) returns these bytes, counted
-- from 1.
---@class rtk.emulator.ByteSource
---@field size integer
---@field read fun(first: integer, last: integer): string

local response_body = {}

--- How many bytes there are.
---@param content string|rtk.emulator.ByteSource
---@return integer
function response_body.size(content)
  return type(content) == "string" and #content or content.size
end

--- The bytes from the first to the last, counted from 1.
---@param content string|rtk.emulator.ByteSource
---@param first integer
---@param last integer
---@return string
function response_body.part(content, first, last)
  if type(content) == "string" then return content:sub(first, last) end
  return content.read(first, math.min(last, content.size))
end

--- All bytes.
---@param content string|rtk.emulator.ByteSource
---@return string
function response_body.text(content)
  return type(content) == "string" and content or content.read(1, content.size)
end

--- A part of a body as a body.
---@param content string|rtk.emulator.ByteSource
---@param first integer
---@param last integer
---@return string|rtk.emulator.ByteSource
function response_body.slice(content, first, last)
  if type(content) == "string" then return content:sub(first, last) end
  return {
    size = last - first + 1,
    read = function(from, to)
      return content.read(first + from - 1, first + to - 1)
    end,
  }
end

return response_body
