-- SPDX-License-Identifier: MIT
-- A connection to Redis outside nginx, through lua-redis on LuaSocket. It is
-- kept for the next use, in the process that made it. While it waits, for the
-- timeout at most, everything in this thread does.

local core = require("rtk.core")
local misuse = require("rtk.misuse")

local redis_socket = {}

local MISSING = [[
rtk.rate_limit.redis needs the module "redis" (Debian: lua-redis) and LuaSocket. %s
Debian has no copy of it for Lua 5.4; its copy for 5.3 is plain Lua and does:
  package.path = package.path .. ";/usr/share/lua/5.3/?.lua"]]

local function require_module(name)
  local found, module = pcall(require, name)
  if found then return module end
  misuse.raise(MISSING:format(tostring(module):match("^[^\n]*")))
end

local Link = {}
Link.__index = Link

-- Where in lua-redis an error was raised is of no use to anybody.
local function message_of(problem)
  local text = tostring(problem)
  return text:match("redis error: (.*)$") or text:match("connection error: (.*)$") or text
end

--- Sends one command and waits for its reply.
---@param command string in lower case
---@param ... any its arguments
---@return any? reply
---@return string? message
function Link:call(command, ...)
  local client = self._client
  local ok, reply = pcall(client[command], client, ...)
  if ok then return reply end
  return nil, message_of(reply)
end

--- Keeps the connection for the next use.
function Link:release()
  self.is_reused = true
  self._owner.link = self
end

--- Closes the connection.
function Link:close()
  self._client.network.socket:close()
end

local function connect(options)
  local socket
  if options.path then
    local unix = require_module("socket.unix")
    socket = (type(unix) == "table" and unix.stream or unix)()
  else
    socket = require_module("socket").tcp()
  end
  socket:settimeout(options.timeout, "t")
  local ok, message
  if options.path then
    ok, message = socket:connect(options.path)
  else
    ok, message = socket:connect(options.host, options.port)
  end
  if ok then return socket end
  socket:close()
  return nil, message
end

local Connector = {}
Connector.__index = Connector

--- The connection that was kept, or a new one.
---@return table? link
---@return string? message
function Connector:open()
  local link = self.link
  self.link = nil
  if link and link.generation == core.generation() then return link end
  -- What was opened before a fork is the other process's.
  if link then link:close() end
  local socket, message = connect(self._options)
  if not socket then return nil, message end
  local client = self._redis.connect({ socket = socket })
  link = { _owner = self, _client = client, is_reused = false, generation = core.generation() }
  return setmetatable(link, Link)
end

--- What opens connections; raises when the modules are missing.
---@param options table of rtk.rate_limit.redis
---@return table connector with open()
function redis_socket.new(options)
  require_module("socket")
  return setmetatable({ _options = options, _redis = require_module("redis") }, Connector)
end

return redis_socket
