-- SPDX-License-Identifier: MIT
-- Asks Redis: takes a connection, logs in where it is new, runs the script, and follows one
-- redirect of a cluster.
--
-- A node is what a connector opens: { host, port } or { path }.

local redis_answer = require("rtk.rate_limit.redis.answer")
local script = require("rtk.rate_limit.redis.script")

local Client = {}
Client.__index = Client

local redis_client = {}

local ATTEMPTS = 3

-- The function that logs in, and the one that takes the password out of a text. They alone know
-- it, so that a client that is printed in full does not show it.
local function secretive(username, password, database)
  local function log_in(link)
    if password then
      -- Without a name the user is called default.
      local ok, message, is_error = link:call("AUTH", username or "default", password)
      if not ok then return nil, message, is_error end
    end
    if database == 0 then return true end
    return link:call("SELECT", ("%d"):format(database))
  end
  local pattern = password and password ~= "" and password:gsub("[^A-Za-z0-9]", "%%%0")
  local function hide(text)
    return pattern and text:gsub(pattern, "[redacted]") or text
  end
  return log_in, hide
end

local function run(self, link, node, arguments)
  if not link.is_reused then
    local ok, message, is_error = self._log_in(link)
    if not ok then return nil, message, is_error end
  end
  return script.run(link, self._known, self._key, arguments, node.is_asking)
end

-- Asks one node. A connection that was kept may have been closed meanwhile: then another is tried.
local function visit(self, node, arguments)
  local message
  for _ = 1, ATTEMPTS do
    local link, problem, is_of_phase = self._connector:open(node)
    if not link then return nil, problem, is_of_phase and "phase" or nil end
    local reply, is_error
    reply, message, is_error = run(self, link, node, arguments)
    if reply then
      link:release()
      return reply
    end
    link:close()
    if is_error then return nil, message, "answer" end
    if not link.is_reused or message == "timeout" then break end
  end
  return nil, message
end

-- The answer of the node that has the key. One that was moved to is asked first from then on, as
-- long as it can be reached.
local function ask(self, arguments)
  local node = self._home or self._seed
  local reply, message, cause = visit(self, node, arguments)
  local redirect = cause == "answer" and redis_answer.redirect(message, node)
  if redirect then
    reply, message, cause = visit(self, redirect, arguments)
    if reply and not redirect.is_asking then self._home = redirect end
  end
  if not reply and cause ~= "phase" then self._home = nil end
  return reply, message, cause
end

--- Runs the script.
---@param arguments string[] action, quota, window, reserve, argument
---@return string? reply
---@return string? message
---@return "phase"|"refusal"|nil cause nothing can be asked here; Redis will not do it; else it is
---out of reach
function Client:ask(arguments)
  local reply, message, cause = ask(self, arguments)
  if reply then return reply end
  if cause == "answer" then cause = redis_answer.is_refusal(message) and "refusal" or nil end
  return nil, self._hide(message), cause
end

--- Makes what asks one Redis, or one cluster.
---@param options table of rtk.rate_limit.redis, of which this keeps no secret
---@param connector table with open(node)
---@param key string
---@return table client
function redis_client.new(options, connector, key)
  local log_in, hide = secretive(options.username, options.password, options.database)
  return setmetatable({
    _connector = connector,
    _key = key,
    _known = {},
    _log_in = log_in,
    _hide = hide,
    _seed = { host = options.host, port = options.port, path = options.path },
    _home = nil,
  }, Client)
end

return redis_client
