-- SPDX-License-Identifier: MIT
-- Connections to Redis outside nginx, through LuaSocket.

local core = require("rtk.core")
local protocol = require("rtk.rate_limit.redis.protocol")
local redis_pool = require("rtk.rate_limit.redis.pool")
local redis_stream = require("rtk.rate_limit.redis.stream")
local runtime = require("rtk.runtime")

local redis_socket = {}

local Link = {}
Link.__index = Link

--- Sends one command and waits for its reply.
---@param ... string the command and its arguments
---@return string? reply
---@return string? message
---@return boolean? is_error the message is what Redis answered
function Link:call(...)
  return protocol.call(self._stream, ...)
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

local function name_of(node)
  return node.path or node.host .. " " .. node.port
end

--- A connection that was kept, or a new one, to be used by the running coroutine.
---@param node { host?: string, port?: integer, path?: string }
---@return table? link
---@return string? message
function Connector:open(node)
  local host, name = runtime.adapter(), name_of(node)
  local link = self._pool:take(name)
  if link then
    link._stream:use(host)
    return link
  end
  local stream, message = redis_stream.open(node, self._options, host)
  if not stream then return nil, message end
  return setmetatable({
    _pool = self._pool,
    _stream = stream,
    name = name,
    is_reused = false,
    generation = core.generation(),
  }, Link)
end

--- What opens connections; raises when a module is missing.
---@param options table of rtk.rate_limit.redis
---@return table connector with open(node)
function redis_socket.new(options)
  redis_stream.require("socket")
  local own = { timeout = options.timeout }
  if options.tls then own.tls = require("rtk.rate_limit.redis.tls").new(options.ca_file) end
  return setmetatable({ _options = own, _pool = redis_pool.new() }, Connector)
end

return redis_socket
