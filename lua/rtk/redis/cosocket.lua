-- SPDX-License-Identifier: MIT
-- The connector inside nginx: cosockets, which do not block the worker. nginx keeps the idle
-- connections.

local protocol = require("rtk.redis.protocol")

local ngx = package.loaded.ngx

local cosocket = {}

local LONGEST_IDLE = 60000 -- milliseconds
local MOST_KEPT = 16 -- connections of one worker

-- The phases that have cosockets. In the others using one raises.
local phases = {
  rewrite = true,
  server_rewrite = true,
  access = true,
  content = true,
  timer = true,
  ssl_cert = true,
  ssl_client_hello = true,
  ssl_session_fetch = true,
}

---@class rtk.CosocketLink: rtk.RedisLink
local Link = {}
Link.__index = Link

--- Sends one command and waits for its reply, without blocking the worker.
---@param ... string the command and its arguments
---@return string? reply
---@return string? message
---@return boolean? is_error the message is an error reply
function Link:call(...)
  return protocol.call(self._socket, ...)
end

--- Keeps the connection for the next use.
function Link:release()
  self._socket:setkeepalive(LONGEST_IDLE, MOST_KEPT)
end

--- Closes the connection.
function Link:close()
  self._socket:close()
end

-- The name contains everything that connections log in with, so that no other limiter gets them.
local function pool_name(node, options)
  return ("rtk:%s:%s:%s:%s:%s"):format(
    options.tls and "tls" or "plain",
    node.path or node.host,
    node.port or "",
    options.username or "",
    options.database
  )
end

local function connect(socket, node, options)
  local pool = { pool = pool_name(node, options) }
  if node.path then return socket:connect("unix:" .. node.path, pool) end
  return socket:connect(node.host, node.port, pool)
end

-- false: no session is requested. Requesting one fails an assertion of lua-resty-core when the
-- handshake ends at once; then a rejected certificate also returns true, with a closed socket.
local function handshake(socket, node)
  local ok, message = socket:sslhandshake(false, node.host, true)
  if ok and socket:getreusedtimes() then return true end
  socket:close()
  message = ok and "the certificate is not trusted" or tostring(message)
  return nil, "TLS: " .. message .. "; nginx trusts lua_ssl_trusted_certificate"
end

---@class rtk.CosocketConnector: rtk.RedisConnector
local Connector = {}
Connector.__index = Connector

--- Takes a kept connection or opens one.
---@param node rtk.RedisNode
---@return rtk.CosocketLink? link
---@return string? message
---@return boolean? is_blocked true when the current phase has no sockets
function Connector:open(node)
  local phase = ngx.get_phase()
  if not phases[phase] then return nil, "nginx has no sockets in its phase " .. phase, true end
  local options, socket = self._options, ngx.socket.tcp()
  socket:settimeout(options.timeout * 1000)
  local ok, message = connect(socket, node, options)
  if not ok then return nil, message end
  local is_reused = socket:getreusedtimes() > 0
  if options.tls and not is_reused then
    ok, message = handshake(socket, node)
    if not ok then return nil, message end
  end
  return setmetatable({ _socket = socket, is_reused = is_reused }, Link)
end

--- Creates the connector.
---@param options table of rtk.rate_limit.redis
---@return rtk.CosocketConnector
function cosocket.new(options)
  local own = { timeout = options.timeout, tls = options.tls }
  own.username, own.database = options.username, options.database
  return setmetatable({ _options = own }, Connector)
end

return cosocket
