-- SPDX-License-Identifier: MIT
-- A byte stream to Redis on a LuaSocket socket. In a coroutine of an event loop its waits let the
-- loop run; elsewhere they block the thread.

local core = require("rtk.core")
local misuse = require("rtk.misuse")

---@class rtk.RedisStream: rtk.RedisByteStream
local Stream = {}
Stream.__index = Stream

local stream = {}

local MISSING = "rtk.rate_limit.redis needs LuaSocket (Debian: lua-socket). %s"

-- Seconds between attempts to connect to a Unix socket whose backlog is full; nothing signals when
-- it has room.
local RETRY_INTERVAL = 0.01

--- Loads a module of LuaSocket; raises when it is missing.
---@param name string
---@return any module
function stream.require(name)
  local found, module = pcall(require, name)
  if found then return module end
  misuse.raise(MISSING:format(tostring(module):match("^[^\n]*")))
end

-- The messages of sockets that would have to wait, and the event to wait for; false stands for that
-- of the attempted operation.
local WAITS = { timeout = false, wantread = "r", wantwrite = "w" }

-- Waits until another attempt makes sense. Returns false when the next attempt is the last one.
local function wait(self, events, deadline)
  local seconds = deadline - core.now()
  if seconds <= 0 then return false end
  if not events then
    self._adapter.sleep(math.min(RETRY_INTERVAL, seconds))
    return true
  end
  return self._adapter.poll(self._socket:getfd(), events, seconds, self._close)
end

-- Repeats an operation until it completes. After the timeout there is one more attempt: the loop
-- may have been busy all that time.
local function complete(self, events, attempt, state)
  local deadline, is_last = core.now() + self._timeout, not self._adapter
  while true do
    local value, message = attempt(self._socket, state)
    if value or WAITS[message] == nil then return value, message end
    if is_last then return nil, "timeout" end
    local may_repeat, problem = wait(self, WAITS[message] or events, deadline)
    if problem then return nil, problem end
    is_last = not may_repeat
  end
end

local function attempt_send(socket, state)
  local last, message, sent = socket:send(state.data, state.sent + 1)
  state.sent = last or sent
  return last, message
end

local function attempt_receive(socket, state)
  local data, message, partial = socket:receive(state.pattern, state.partial)
  state.partial = partial
  return data, message
end

--- Sends all of a string.
---@param data string
---@return integer? last the position of the last byte
---@return string? message
function Stream:send(data)
  return complete(self, "w", attempt_send, { data = data, sent = 0 })
end

--- Receives a line or a number of bytes.
---@param pattern "*l"|integer
---@return string? data
---@return string? message
function Stream:receive(pattern)
  return complete(self, "r", attempt_receive, { pattern = pattern })
end

--- Prepares the stream for the caller's coroutine.
---@param adapter? rtk.EventLoopAdapter
function Stream:use(adapter)
  self._adapter = adapter
  self._socket:settimeout(adapter and 0 or nil)
  self._socket:settimeout(self._timeout, "t")
end

--- Whether the stream is connected and no unexpected data has arrived.
---@return boolean
function Stream:is_quiet()
  self._socket:settimeout(0)
  local _, message = self._socket:receive(1)
  return message == "timeout" or message == "wantread"
end

--- Closes the stream.
function Stream:close()
  self._socket:close()
end

local function new(options, adapter)
  local self = setmetatable({ _timeout = options.timeout, _adapter = adapter }, Stream)
  self._close = function()
    self:close()
  end
  return self
end

local function use_socket(self, socket)
  self._socket = socket
  self:use(self._adapter)
end

local function connect(self, events, attempt)
  local ok, message = complete(self, events, attempt)
  if ok or message == "already connected" then return self end
  self:close()
  return nil, message
end

-- LuaSocket closes a Unix socket that does not connect at once, so each attempt has a new one.
local function open_path(path, options, adapter)
  local self, unix = new(options, adapter), stream.require("socket.unix")
  return connect(self, nil, function()
    use_socket(self, (type(unix) == "table" and unix.stream or unix)())
    return self._socket:connect(path)
  end)
end

local function open_address(address, port, options, adapter)
  local self = new(options, adapter)
  use_socket(self, stream.require("socket").tcp())
  return connect(self, "w", function(socket)
    return socket:connect(address, port)
  end)
end

local function attempt_handshake(socket)
  return socket:dohandshake()
end

-- Switches to TLS.
local function secure(self, tls, name)
  local socket, message = tls:wrap(self._socket, name)
  if not socket then
    self:close()
    return nil, message
  end
  use_socket(self, socket)
  local ok, problem = complete(self, "r", attempt_handshake)
  if ok then
    ok, message = tls:check(socket, name)
  else
    message = "TLS: " .. tostring(problem)
  end
  if ok then return self end
  self:close()
  return nil, message
end

-- LuaSocket would block while it resolves a name, so an event loop's adapter resolves it.
local function addresses_of(name, options, adapter)
  local is_address = name:find("^[%d.]+$") or name:find(":", 1, true)
  if not adapter or is_address then return { name } end
  return adapter.resolve(name, options.timeout)
end

--- Connects.
---@param node rtk.RedisNode
---@param options { timeout: number, tls?: rtk.RedisTls } seconds for each step
---@param adapter? rtk.EventLoopAdapter
---@return rtk.RedisStream? opened
---@return string? message
function stream.open(node, options, adapter)
  if node.path then return open_path(node.path, options, adapter) end
  local addresses, message = addresses_of(node.host, options, adapter)
  for _, address in ipairs(addresses or {}) do
    local opened
    opened, message = open_address(address, node.port, options, adapter)
    if opened then
      if not options.tls then return opened end
      return secure(opened, options.tls, node.host)
    end
  end
  return nil, message
end

return stream
