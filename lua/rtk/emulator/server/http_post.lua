-- SPDX-License-Identifier: MIT
-- Sends a POST from inside nginx with cosockets, one connection for each request. Certificates are
-- not verified, because receivers in tests create their own. nginx's resolver does not read
-- /etc/hosts, so localhost is resolved here.
local lower = require("rtk.emulator.util.text").lower

local http_post = {}

--- Timeout in seconds for each step of a request. The service's own limit is not documented; its
--- predecessor's was this.
http_post.timeout = 3

local LOCALHOST, LOOPBACK = "127.0.0.1", "^127%.%d+%.%d+%.%d+$"

local DEFAULT_PORTS = { http = 80, https = 443 }

-- A longer response body is not read to its end.
local LARGEST_BODY = 65536

--- The parts of an http(s) URL.
---@param url string
---@return { scheme: string, host: string, port: integer, authority: string, path: string }? parts
function http_post.parse(url)
  local scheme, authority, rest = url:match("^([A-Za-z]+)://([^/?#]+)([^#]*)")
  scheme = scheme and lower(scheme)
  if not DEFAULT_PORTS[scheme] then return nil end
  authority = authority:match("([^@]*)$")
  local host, port = authority:match("^(%[.-%]):?(%d*)$")
  if not host then
    host, port = authority:match("^([^:]*):?(%d*)$")
  end
  if not host or host == "" then return nil end
  return {
    scheme = scheme,
    host = host,
    port = tonumber(port) or DEFAULT_PORTS[scheme],
    authority = authority,
    path = rest:sub(1, 1) == "/" and rest or "/" .. rest,
  }
end

local function text_of(request, at)
  local lines = {
    "POST " .. at.path .. " HTTP/1.1",
    "host: " .. at.authority,
    "content-length: " .. #request.body,
    "connection: close",
  }
  for name, value in pairs(request.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. request.body
end

--- Reads the status, and the rest so that the receiver is not cut off in the middle of it.
local function read_answer(socket)
  local line, problem = socket:receive("*l")
  if not line then return nil, problem end
  local status = tonumber(line:match("^HTTP/%d%.%d (%d%d%d)"))
  if not status then return nil, "the answer is not HTTP" end
  local length = 0
  repeat
    line = socket:receive("*l")
    length = line and tonumber(lower(line):match("^content%-length:[ \t]*(%d+)")) or length
  until not line or line == ""
  if line and length > 0 then socket:receive(math.min(length, LARGEST_BODY)) end
  return status
end

local function exchange(socket, request, at)
  local host = lower(at.host) == "localhost" and LOCALHOST or at.host
  local ok, problem = socket:connect(host, at.port)
  if ok and at.scheme == "https" then
    ok, problem = socket:sslhandshake(false, at.host, false)
  end
  if ok then
    ok, problem = socket:send(text_of(request, at))
  end
  if not ok then return nil, problem end
  return read_answer(socket)
end

--- Whether a URL leads to this machine.
---@param url string
---@return boolean
function http_post.is_local(url)
  local at = http_post.parse(url)
  local host = at and lower(at.host)
  return host == "localhost" or host == "[::1]" or host ~= nil and host:find(LOOPBACK) ~= nil
end

--- Sends a request and waits for its answer, without keeping nginx from other work.
---@param request { url: string, headers: table<string, string>, body: string }
---@return integer? status
---@return string? message why there was no answer
function http_post.send(request)
  local at = http_post.parse(request.url)
  if not at then return nil, "the URL cannot be read" end
  local socket = ngx.socket.tcp()
  socket:settimeout(http_post.timeout * 1000)
  local status, problem = exchange(socket, request, at)
  socket:close()
  return status, problem
end

return http_post
