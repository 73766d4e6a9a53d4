-- SPDX-License-Identifier: MIT
-- An nginx with two workers for specs of limiters, on a free loopback port. It runs the Lua posted
-- to it, in the worker that accepts the connection, and answers with the result as JSON. In that
-- Lua, `kept` is a table of the worker and `client(options)` makes a client that waits without
-- blocking the worker. It trusts one of two Redis servers with TLS.

local cjson = require("cjson").new()
local nginx = require("spec.support.servers.nginx")
local process = require("spec_process")
local redis_server = require("spec.support.servers.redis_server")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local HTTP = [[
  lua_ssl_trusted_certificate $directory/trusted.pem;
  lua_shared_dict limits 64k;
  lua_shared_dict tiny 12k;
  init_by_lua_block { require("spec.support.programs.limited_nginx_app").prepare() }
  server {
    listen 127.0.0.1:$port reuseport;
    location / {
      content_by_lua_block { require("spec.support.programs.limited_nginx_app").serve() }
    }
    location /log {
      content_by_lua_block { ngx.print("ok") }
      log_by_lua_block { require("spec.support.programs.limited_nginx_app").log() }
    }
  }
]]

local Nginx = {}
Nginx.__index = Nginx

-- The command that posts a file; the answer is its output.
local function post(self, name)
  return ("curl -sS --max-time 120 --data-binary @%s %s"):format(shell.quote(name), self.url)
end

local function result_of(output)
  local ok, answer = pcall(cjson.decode, output)
  assert(ok and answer.ok, output)
  return answer.result
end

--- Runs Lua in a worker and returns its result.
---@param code string
function Nginx:run(code)
  local name = self.directory .. "/code"
  workdir.write(name, code)
  return result_of(shell.check(post(self, name)))
end

--- Runs Lua several times at once and returns the results.
---@param code string
---@param count integer
---@return any[] results
function Nginx:run_all(code, count)
  local name = self.directory .. "/code"
  workdir.write(name, code)
  local pipes, results = {}, {}
  for i = 1, count do
    pipes[i] = assert(io.popen(post(self, name)))
  end
  for i = 1, count do
    results[i] = pipes[i]:read("*a")
    pipes[i]:close()
  end
  for i = 1, count do
    results[i] = result_of(results[i])
  end
  return results
end

--- Ends it.
function Nginx:stop()
  for _, server in pairs(self.tls) do
    server:stop()
  end
  nginx.stop(self.pid)
  self.pipe:close()
  workdir.remove(self.directory)
end

-- nginx knows certificates by names alone, so that an address has to be one.
local CERTIFICATE = "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
  .. "-nodes -days 2 -keyout %s.key -out %s.pem -subj /CN=redis "
  .. "-addext subjectAltName=DNS:127.0.0.1"

local function start_redis(directory, name)
  shell.check(CERTIFICATE:format(shell.quote(directory), name, name))
  local port, path = process.free_ports(1)[1], directory .. "/" .. name
  local arguments = "--tls-port %d --tls-cert-file %s.pem --tls-key-file %s.key "
    .. "--tls-ca-cert-file %s.pem --tls-auth-clients no"
  local server = redis_server.start(arguments:format(port, path, path, path))
  server.tls_port = port
  return server
end

local limited_nginx = {}

--- Starts nginx.
---@return table server
function limited_nginx.start()
  local directory = workdir.new()
  local server = setmetatable({ directory = directory }, Nginx)
  server.tls = {
    trusted = start_redis(directory, "trusted"),
    stranger = start_redis(directory, "stranger"),
  }
  server.pid, server.pipe = nginx.start(directory, function()
    local values = { directory = directory, port = process.free_ports(1)[1] }
    server.url = ("http://127.0.0.1:%d/"):format(values.port)
    return { main = "worker_processes 2;", http = nginx.fill(HTTP, values) }
  end)
  return server
end

return limited_nginx
