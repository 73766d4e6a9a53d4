-- SPDX-License-Identifier: MIT
-- The part of the Redis protocol (RESP2) that the limiter needs: commands are arrays of strings;
-- replies are a status line, an integer, a string or an error. Scripts run by their digest.
--
-- Replies come from the network: they are bounded and checked, and nothing raises.

local core = require("rtk.core")

local unpack = core.globals.unpack

---@class rtk.RedisByteStream both methods return nil and a message on failure
---@field send fun(self: rtk.RedisByteStream, data: string): integer?, string?
---@field receive fun(self: rtk.RedisByteStream, pattern: "*l"|integer): string?, string?

local protocol = {}

local LONGEST = 65536 -- bytes of a reply

local UNEXPECTED = "not a Redis reply"

local function pack(...)
  local count = select("#", ...)
  local parts = { ("*%d\r\n"):format(count) }
  for index = 1, count do
    local argument = select(index, ...)
    parts[index + 1] = ("$%d\r\n"):format(#argument) .. argument .. "\r\n"
  end
  return table.concat(parts)
end

local function read_string(stream, digits)
  local size = digits:find("^%d+$") and tonumber(digits)
  if not size or size > LONGEST then return nil, UNEXPECTED end
  local data, message = stream:receive(size + 2)
  if not data then return nil, message end
  if data:sub(-2) ~= "\r\n" then return nil, UNEXPECTED end
  return data:sub(1, size)
end

local function read(stream)
  local line, message = stream:receive("*l")
  if not line then return nil, message end
  local kind, rest = line:sub(1, 1), line:sub(2, LONGEST)
  if kind == "+" or kind == ":" then return rest end
  if kind == "-" then return nil, rest, true end
  if kind == "$" then return read_string(stream, rest) end
  return nil, UNEXPECTED
end

--- Sends one command and waits for its reply.
---@param stream rtk.RedisByteStream
---@param ... string the command and its arguments
---@return string? reply
---@return string? message
---@return boolean? is_error the message is an error reply
function protocol.call(stream, ...)
  local sent, message = stream:send(pack(...))
  if not sent then return nil, message end
  return read(stream)
end

-- The node that a slot is moving to requires ASKING before each command.
local function call_script(link, sha, key, arguments, is_asking)
  if is_asking then
    local ok, message, is_error = link:call("ASKING")
    if not ok then return nil, message, is_error end
  end
  return link:call("EVALSHA", sha, "1", key, unpack(arguments))
end

---@class rtk.RedisScript
---@field text string in Redis's Lua
---@field sha? string its digest, once it is loaded

--- Runs a script by its digest; loads it first where Redis does not have it, as after a restart.
---@param link rtk.RedisLink
---@param script rtk.RedisScript
---@param key string
---@param arguments string[]
---@param is_asking? boolean
---@return string? reply
---@return string? message
---@return boolean? is_error the message is an error reply
function protocol.run_script(link, script, key, arguments, is_asking)
  local reply, message, is_error
  if script.sha then
    reply, message, is_error = call_script(link, script.sha, key, arguments, is_asking)
    if not is_error or not message:find("NOSCRIPT", 1, true) then
      return reply, message, is_error
    end
  end
  script.sha, message, is_error = link:call("SCRIPT", "LOAD", script.text)
  if not script.sha then return nil, message, is_error end
  return call_script(link, script.sha, key, arguments, is_asking)
end

return protocol
