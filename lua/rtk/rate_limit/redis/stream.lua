-- SPDX-License-Identifier: MIT
-- A stream to Redis through LuaSocket. Where an event loop runs the coroutine, the loop goes on
-- while the stream waits; elsewhere everything in this thread waits.

local core = require("rtk.core")
local misuse = require("rtk.misuse")

local Stream = {}
Stream.__index = Stream

local redis_stream = {}

local MISSING = "rtk.rate_limit.redis needs LuaSocket (Debian: lua-socket). %s"

-- Seconds between two looks whether a unix socket has room for one more: nothing tells.
local CROWDED = 0.01

--- Loads a module that connections are made with; raises when it is missing.
---@param name string
---@return any module
function redis_stream.require(name)
  local found, module = pcall(require, name)
  if found then return module end
  misuse.raise(MISSING:format(tostring(module):match("^[^\n]*")))
end

-- What sockets say when they would have to wait, and for what; false is what was tried.
local waits = { timeout = false, wantread = "r", wantwrite = "w" }

-- Waits until it is worth trying again. Returns false when the next try is the last.
local function wait(self, events, deadline)
  local seconds = deadline - core.now()
  if seconds <= 0 then return false end
  if not events then
    self._host.sleep(math.min(CROWDED, seconds))
    return true
  end
  return self._host.poll(self._socket:getfd(), events, seconds, self._give_up)
end

-- Does what a socket may not be able to do at once. When the time is up there is one more try: the
-- loop may have been busy with something else for all of it.
local function complete(self, events, try, state)
  local deadline, is_last = core.now() + self._timeout, not self._host
  while true do
    local value, message = try(self._socket, state)
    if value or waits[message] == nil then return value, message end
    if is_last then return nil, "timeout" end
    local may_go_on, problem = wait(self, waits[message] or events, deadline)
    if problem then return nil, problem end
    is_last = not may_go_on
  end
end

local function try_send(socket, state)
  local last, message, sent = socket:send(state.data, state.sent + 1)
  state.sent = last or sent
  return last, message
end

local function try_receive(socket, state)
  local data, message, partial = socket:receive(state.pattern, state.partial)
  state.partial = partial
  return data, message
end

--- Sends all of a string.
---@param data string
---@return integer? last
---@return string? message
function Stream:send(data)
  return complete(self, "w", try_send, { data = data, sent = 0 })
end

--- Receives a line, or so many bytes.
---@param pattern "*l"|integer
---@return string? data
---@return string? message
function Stream:receive(pattern)
  return complete(self, "r", try_receive, { pattern = pattern })
end

--- Uses it where the caller runs.
---@param host? table the event loop, see rtk.runtime.event_loop
function Stream:use(host)
  self._host = host
  self._socket:settimeout(host and 0 or nil)
  self._socket:settimeout(self._timeout, "t")
end

--- Whether it is connected and nothing has come that nobody has asked for.
---@return boolean
function Stream:is_quiet()
  self._socket:settimeout(0)
  local _, message = self._socket:receive(1)
  return message == "timeout" or message == "wantread"
end

--- Closes it.
function Stream:close()
  self._socket:close()
end

local function new(options, host)
  local self = setmetatable({ _timeout = options.timeout, _host = host }, Stream)
  self._give_up = function()
    self:close()
  end
  return self
end

local function use_socket(self, socket)
  self._socket = socket
  self:use(self._host)
end

local function connect(self, events, try)
  local ok, message = complete(self, events, try)
  if ok or message == "already connected" then return self end
  self:close()
  return nil, message
end

-- LuaSocket closes a unix socket that cannot be connected at once, so each try has another.
local function open_path(path, options, host)
  local self, unix = new(options, host), redis_stream.require("socket.unix")
  return connect(self, nil, function()
    use_socket(self, (type(unix) == "table" and unix.stream or unix)())
    return self._socket:connect(path)
  end)
end

local function open_address(address, port, options, host)
  local self = new(options, host)
  use_socket(self, redis_stream.require("socket").tcp())
  return connect(self, "w", function(socket)
    return socket:connect(address, port)
  end)
end

local function shake_hands(socket)
  return socket:dohandshake()
end

-- Goes on in TLS.
local function secure(self, tls, name)
  local socket, message = tls:wrap(self._socket, name)
  if not socket then
    self:close()
    return nil, message
  end
  use_socket(self, socket)
  local ok, problem = complete(self, "r", shake_hands)
  if ok then
    ok, message = tls:check(socket, name)
  else
    message = "TLS: " .. tostring(problem)
  end
  if ok then return self end
  self:close()
  return nil, message
end

-- Looking up a name takes time in which the loop has to go on. LuaSocket itself would wait.
local function addresses_of(name, options, host)
  local is_address = name:find("^[%d.]+$") or name:find(":", 1, true)
  if not host or is_address then return { name } end
  return host.resolve(name, options.timeout)
end

--- Connects.
---@param node { host?: string, port?: integer, path?: string }
---@param options { timeout: number, tls?: table } seconds; see redis_tls.lua
---@param host? table the event loop, see rtk.runtime.event_loop
---@return table? stream
---@return string? message
function redis_stream.open(node, options, host)
  if node.path then return open_path(node.path, options, host) end
  local addresses, message = addresses_of(node.host, options, host)
  for _, address in ipairs(addresses or {}) do
    local stream
    stream, message = open_address(address, node.port, options, host)
    if stream then
      if not options.tls then return stream end
      return secure(stream, options.tls, node.host)
    end
  end
  return nil, message
end

return redis_stream
