-- SPDX-License-Identifier: MIT
-- The connector outside nginx: LuaSocket connections, kept in a pool.

local core = require("rtk.core")
local pool = require("rtk.redis.pool")
local protocol = require("rtk.redis.protocol")
local runtime = require("rtk.runtime")
local stream = require("rtk.redis.stream")

local luasocket = {}

---@class rtk.LuaSocketLink: rtk.RedisLink
local Link = {}
Link.__index = Link

--- Sends one command and waits for its reply.
---@param ... string the command and its arguments
---@return string? reply
---@return string? message
---@return boolean? is_error the message is an error reply
function Link:call(...)
  return protocol.call(self._stream, ...)
end

--- Whether the connection can be used again.
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

---@class rtk.LuaSocketConnector: rtk.RedisConnector
local Connector = {}
Connector.__index = Connector

local function name_of(node)
  return node.path or node.host .. " " .. node.port
end

--- Takes a connection from the pool or opens one, for the running coroutine.
---@param node rtk.RedisNode
---@return rtk.LuaSocketLink? link
---@return string? message
function Connector:open(node)
  local adapter, name = runtime.current_adapter(), name_of(node)
  local link = self._pool:take(name)
  if link then
    link._stream:use(adapter)
    return link
  end
  local opened, message = stream.open(node, self._options, adapter)
  if not opened then return nil, message end
  return setmetatable({
    _pool = self._pool,
    _stream = opened,
    name = name,
    is_reused = false,
    generation = core.generation(),
  }, Link)
end

--- Creates the connector; raises when LuaSocket or LuaSec is missing.
---@param options table of rtk.rate_limit.redis
---@return rtk.LuaSocketConnector
function luasocket.new(options)
  stream.require("socket")
  local own = { timeout = options.timeout }
  if options.tls then own.tls = require("rtk.redis.tls").new(options.ca_file) end
  return setmetatable({ _options = own, _pool = pool.new() }, Connector)
end

return luasocket
