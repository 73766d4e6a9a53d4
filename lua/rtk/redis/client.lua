-- SPDX-License-Identifier: MIT
-- Runs a script on the Redis node that has the key: takes a connection, logs in if it is new, and
-- follows one redirect of a cluster. Tells errors that waiting does not fix from passing ones.

local protocol = require("rtk.redis.protocol")

---@class rtk.RedisNode where a connector opens a connection
---@field host? string
---@field port? integer
---@field path? string of a Unix socket, instead of host and port
---@field is_asking? boolean the cluster is moving the key to this node

---@class rtk.RedisConnector
---@field open fun(self: rtk.RedisConnector, node: rtk.RedisNode): rtk.RedisLink?, string?, boolean?
---a connection, or nil, a message, and true when the current phase of nginx has no sockets

---@class rtk.RedisLink
---@field is_reused boolean
---@field call fun(self: rtk.RedisLink, ...: string): string?, string?, boolean? sends a command;
---returns the reply, or nil, a message, and true when the message is an error reply
---@field release fun(self: rtk.RedisLink) keeps the connection for the next use
---@field close fun(self: rtk.RedisLink)

---@class rtk.RedisClient
local Client = {}
Client.__index = Client

local client = {}

local ATTEMPTS = 3

-- First words of error replies that waiting does not fix.
local PERMANENT = { NOAUTH = true, NOPERM = true, WRONGPASS = true, WRONGTYPE = true }

-- Words of error replies that pass: while Redis starts, fails over or lacks some resource.
local PASSING = {
  "ASK",
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "MOVED",
  "NOREPLICAS",
  "OOM",
  "READONLY",
  "TRYAGAIN",
  "UNKILLABLE",
  "max number of clients",
}

--- Whether an error reply is one that waiting does not fix, such as for a wrong password.
---@param message string
---@return boolean
function client.is_permanent(message)
  if PERMANENT[message:match("^[A-Z]+")] then return true end
  -- Redis 6 puts errors inside of a script at the end of a sentence of its own.
  for _, words in ipairs(PASSING) do
    if message:find("%f[0-9A-Za-z]" .. words .. "%f[^0-9A-Za-z]") then return false end
  end
  return true
end

--- The node that an error reply names: MOVED names the node of the key's slot, ASK the node that
--- the slot is moving to.
---@param message string
---@param asked rtk.RedisNode the node that replied
---@return rtk.RedisNode? node
function client.redirect(message, asked)
  local verb, host, digits = message:match("^([A-Z]+) [0-9]+ ([^ ]*):([0-9]+)$")
  if verb ~= "MOVED" and verb ~= "ASK" then return nil end
  local port = tonumber(digits)
  if host == "" then host = asked.host end
  local is_valid = host and #host <= 255 and host:find("^[A-Za-z0-9_.:-]+$")
  if not is_valid or port < 1 or port > 65535 then return nil end
  return { host = host, port = port, is_asking = verb == "ASK" }
end

-- Returns two functions: one logs in, one redacts the password in a text. Only these closures hold
-- the password, so that printing a client in full does not show it.
local function password_functions(username, password, database)
  local function log_in(link)
    if password then
      -- Redis calls the user without a name "default".
      local ok, message, is_error = link:call("AUTH", username or "default", password)
      if not ok then return nil, message, is_error end
    end
    if database == 0 then return true end
    return link:call("SELECT", ("%d"):format(database))
  end
  local pattern = password and password ~= "" and password:gsub("[^A-Za-z0-9]", "%%%0")
  local function redact(text)
    return pattern and text:gsub(pattern, "[redacted]") or text
  end
  return log_in, redact
end

local function run_script(self, link, node, key, arguments)
  if not link.is_reused then
    local ok, message, is_error = self._log_in(link)
    if not ok then return nil, message, is_error end
  end
  return protocol.run_script(link, self._script, key, arguments, node.is_asking)
end

-- Asks one node. A kept connection may have been closed meanwhile; then another one is tried.
local function ask_node(self, node, key, arguments)
  local message
  for _ = 1, ATTEMPTS do
    local link, problem, is_blocked = self._connector:open(node)
    if not link then return nil, problem, is_blocked and "blocked" or nil end
    local reply, is_error
    reply, message, is_error = run_script(self, link, node, key, arguments)
    if reply then
      link:release()
      return reply
    end
    link:close()
    if is_error then return nil, message, "error" end
    if not link.is_reused or message == "timeout" then break end
  end
  return nil, message
end

-- Asks the node that has the key. After MOVED that node is asked first, until it cannot be reached.
local function ask_cluster(self, key, arguments)
  local node = self._home or self._seed
  local reply, message, cause = ask_node(self, node, key, arguments)
  local redirect = cause == "error" and client.redirect(message, node)
  if redirect then
    reply, message, cause = ask_node(self, redirect, key, arguments)
    if reply and not redirect.is_asking then self._home = redirect end
  end
  if not reply and cause ~= "blocked" then self._home = nil end
  return reply, message, cause
end

--- Runs the script.
---@param key string
---@param arguments string[] of the script
---@return string? reply
---@return string? message
---@return "blocked"|"permanent"|nil cause "blocked": this phase of nginx has no sockets;
---"permanent": an error that waiting does not fix; nil: Redis is unavailable for now
function Client:ask(key, arguments)
  local reply, message, cause = ask_cluster(self, key, arguments)
  if reply then return reply end
  if cause == "error" then cause = client.is_permanent(message) and "permanent" or nil end
  return nil, self._redact(message), cause
end

--- Creates a client of one Redis or one cluster.
---@param options table of rtk.rate_limit.redis; no secret of it is stored
---@param connector rtk.RedisConnector
---@param text string of the script
---@return rtk.RedisClient
function client.new(options, connector, text)
  local log_in, redact = password_functions(options.username, options.password, options.database)
  return setmetatable({
    _connector = connector,
    _script = { text = text },
    _log_in = log_in,
    _redact = redact,
    _seed = { host = options.host, port = options.port, path = options.path },
    _home = nil,
  }, Client)
end

local function connector_for(options)
  local name = package.loaded.ngx and "cosocket" or "luasocket"
  return require("rtk.redis." .. name).new(options)
end

--- Creates a client with the sockets of the place where it runs.
---@param options table of rtk.rate_limit.redis; the password is removed from it
---@param text string of the script
---@return rtk.RedisClient
function client.open(options, text)
  local self = client.new(options, connector_for(options), text)
  options.password = nil
  return self
end

return client
