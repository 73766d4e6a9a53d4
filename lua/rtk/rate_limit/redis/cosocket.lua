-- SPDX-License-Identifier: MIT
-- A connection to Redis inside nginx, on cosockets, which do not hold up the worker. nginx keeps
-- connections between uses.

local protocol = require("rtk.rate_limit.redis.protocol")

local ngx = rawget(_G, "ngx")

local redis_cosocket = {}

local KEEP_FOR, KEEP_MOST = 60000, 16 -- milliseconds; connections of one worker

-- Where cosockets work. Elsewhere using one raises.
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

local Link = {}
Link.__index = Link

--- Sends one command and waits for its reply, letting the worker go on.
---@param ... string the command and its arguments
---@return string? reply
---@return string? message
---@return boolean? is_error the message is what Redis answered
function Link:call(...)
  return protocol.call(self._socket, ...)
end

--- Keeps the connection for the next use.
function Link:release()
  self._socket:setkeepalive(KEEP_FOR, KEEP_MOST)
end

--- Closes the connection.
function Link:close()
  self._socket:close()
end

-- nginx must not give a connection to one who logs in otherwise.
local function pool_of(node, options)
  return ("rtk:%s:%s:%s:%s:%s"):format(
    options.tls and "tls" or "plain",
    node.path or node.host,
    node.port or "",
    options.username or "",
    options.database
  )
end

local function connect(socket, node, options)
  local pool = { pool = pool_of(node, options) }
  if node.path then return socket:connect("unix:" .. node.path, pool) end
  return socket:connect(node.host, node.port, pool)
end

-- false: the session is not wanted. Asking for it fails an assertion of lua-resty-core where the
-- handshake ends at once. There a certificate that is refused gives true as well, and a closed
-- socket.
local function shake_hands(socket, node)
  local ok, message = socket:sslhandshake(false, node.host, true)
  if ok and socket:getreusedtimes() then return true end
  socket:close()
  message = ok and "the certificate is not trusted" or tostring(message)
  return nil, "TLS: " .. message .. "; nginx trusts lua_ssl_trusted_certificate"
end

local Connector = {}
Connector.__index = Connector

--- A connection that was kept, or a new one.
---@param node { host?: string, port?: integer, path?: string }
---@return table? link
---@return string? message
---@return boolean? is_of_phase true when this says nothing about Redis
function Connector:open(node)
  local phase = ngx.get_phase()
  if not phases[phase] then return nil, "nginx has no sockets in its phase " .. phase, true end
  local options, socket = self._options, ngx.socket.tcp()
  socket:settimeout(options.timeout * 1000)
  local ok, message = connect(socket, node, options)
  if not ok then return nil, message end
  local is_reused = socket:getreusedtimes() > 0
  if options.tls and not is_reused then
    ok, message = shake_hands(socket, node)
    if not ok then return nil, message end
  end
  return setmetatable({ _socket = socket, is_reused = is_reused }, Link)
end

--- What opens connections.
---@param options table of rtk.rate_limit.redis
---@return table connector with open(node)
function redis_cosocket.new(options)
  local own = { timeout = options.timeout, tls = options.tls }
  own.username, own.database = options.username, options.database
  return setmetatable({ _options = own }, Connector)
end

return redis_cosocket
