-- SPDX-License-Identifier: MIT
-- Connections to Redis outside nginx, through lua-redis.

local core = require("rtk.core")
local redis_pool = require("rtk.rate_limit.redis_pool")
local redis_stream = require("rtk.rate_limit.redis_stream")
local runtime = require("rtk.runtime")

local redis_socket = {}

local Link = {}
Link.__index = Link

-- Where in lua-redis an error was raised is of no use to anybody.
local function message_of(problem)
  local text = tostring(problem)
  return text:match("redis error: (.*)$") or text
end

--- Sends one command and waits for its reply.
---@param command string in lower case
---@param ... any its arguments
---@return any? reply
---@return string? message
function Link:call(command, ...)
  local client = self._client
  local ok, reply = pcall(client[command], client, ...)
  if not ok then return nil, self._stream.problem or message_of(reply) end
  if reply == nil then return nil, "no reply" end
  return reply
end

--- Whether it can be used once more.
---@return boolean
function Link:is_alive()
  return self._stream:is_quiet()
end

--- Keeps the connection for the next use.
function Link:release()
  self.is_reused = true
  self._pool:put(self)
end

--- Closes the connection.
function Link:close()
  self._stream:close()
end

local Connector = {}
Connector.__index = Connector

--- A connection that was kept, or a new one, to be used by the running coroutine.
---@return table? link
---@return string? message
function Connector:open()
  local host = runtime.loop()
  local link = self._pool:take()
  if link then
    link._stream:use(host)
    return link
  end
  local stream, message = redis_stream.open(self._options, host)
  if not stream then return nil, message end
  return setmetatable({
    _client = self._redis.connect({ socket = stream }),
    _pool = self._pool,
    _stream = stream,
    is_reused = false,
    generation = core.generation(),
  }, Link)
end

--- What opens connections; raises when the modules are missing.
---@param options table of rtk.rate_limit.redis
---@return table connector with open()
function redis_socket.new(options)
  redis_stream.require("socket")
  return setmetatable({
    _options = options,
    _pool = redis_pool.new(),
    _redis = redis_stream.require("redis"),
  }, Connector)
end

return redis_socket
