-- SPDX-License-Identifier: MIT
-- A connection to Redis inside nginx, through lua-nginx-redis on cosockets,
-- which do not hold up the worker. nginx keeps connections between uses.

local misuse = require("rtk.misuse")

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
---@param command string in lower case
---@param ... any its arguments
---@return any? reply
---@return string? message
function Link:call(command, ...)
  local client = self._client
  local reply, message = client[command](client, ...)
  if reply then return reply end
  return nil, message or "no reply"
end

--- Keeps the connection for the next use.
function Link:release()
  self._client:set_keepalive(KEEP_FOR, KEEP_MOST)
end

--- Closes the connection.
function Link:close()
  self._client:close()
end

local function connect(client, options)
  local pool = { pool = options.pool }
  if options.path then return client:connect("unix:" .. options.path, pool) end
  return client:connect(options.host, options.port, pool)
end

local Connector = {}
Connector.__index = Connector

--- A connection that was kept, or a new one.
---@return table? link
---@return string? message
---@return boolean? is_transient true when this says nothing about Redis
function Connector:open()
  local phase = ngx.get_phase()
  if not phases[phase] then return nil, "nginx has no sockets in its phase " .. phase, true end
  local options = self._options
  local client = self._redis:new()
  client:set_timeout(options.timeout * 1000)
  local ok, message = connect(client, options)
  if not ok then return nil, message end
  return setmetatable({ _client = client, is_reused = client:get_reused_times() > 0 }, Link)
end

--- What opens connections; raises when the module is missing.
---@param options table of rtk.rate_limit.redis
---@return table connector with open()
function redis_cosocket.new(options)
  for _, name in ipairs({ "nginx.redis", "resty.redis" }) do
    local found, module = pcall(require, name)
    if found then return setmetatable({ _options = options, _redis = module }, Connector) end
  end
  misuse.raise("rtk.rate_limit.redis needs nginx.redis (Debian: lua-nginx-redis) or resty.redis")
end

return redis_cosocket
