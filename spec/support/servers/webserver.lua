-- SPDX-License-Identifier: MIT
-- nginx as a well-behaved peer, on free loopback ports: plain HTTP, TLS with
-- good and bad certificates, TLS 1.0 and 1.1 only, an offer of HTTP/2, and a proxy. What it serves
-- is in webserver_app.lua.

local certificates = require("spec.support.servers.certificates")
local core = require("rtk.core")
local http = require("socket.http")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local MODULES = "/usr/lib/nginx/modules"
local SIGTERM = 15
local PORTS = {
  "http",
  "https",
  "http2",
  "self",
  "other",
  "expired",
  "early",
  "stranger",
  "tls10",
  "tls11",
  "brief",
  "proxy",
}

local MAIN = [[
load_module $modules/ndk_http_module.so;
load_module $modules/ngx_http_lua_module.so;
daemon off;
master_process off;
pid $directory/pid;
error_log $directory/error.log warn;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path $directory/body;
  proxy_temp_path $directory/proxy;
  fastcgi_temp_path $directory/fastcgi;
  uwsgi_temp_path $directory/uwsgi;
  scgi_temp_path $directory/scgi;
  client_max_body_size 64m;
  client_body_buffer_size 64m;
  keepalive_requests 100000000;
  lua_shared_dict counts 1m;
  lua_package_path "$root/?.lua;;";
  gzip_types application/json;
  default_type application/json;
$servers
}
]]

local SERVER = [[
  server {
    listen 127.0.0.1:$port$listen;
    keepalive_timeout $keepalive;
    $tls
    location /static/ { alias $directory/static/; }
    location /gzip/ { alias $directory/static/; gzip on; gzip_min_length 1; }
    location /bomb/ { alias $directory/static/; add_header Content-Encoding gzip; }
    location /reset { return 444; }
    location / { content_by_lua_block { require("spec.support.programs.webserver_app").serve() } }
  }
]]

local OLD = "ssl_protocols %s; ssl_ciphers ALL:@SECLEVEL=0;"

local function fill(template, values)
  return (template:gsub("%$([a-z]+)", values))
end

local function tls(directory, certificate, more)
  local file = directory .. "/" .. certificate
  return ("ssl_certificate %s.pem; ssl_certificate_key %s.key; %s"):format(file, file, more or "")
end

local function servers(directory, ports)
  local variants = {
    http = {},
    proxy = {},
    https = { listen = " ssl", tls = tls(directory, "good") },
    http2 = { listen = " ssl http2", tls = tls(directory, "good") },
    tls10 = { listen = " ssl", tls = tls(directory, "good", OLD:format("TLSv1")) },
    tls11 = { listen = " ssl", tls = tls(directory, "good", OLD:format("TLSv1.1")) },
    brief = { listen = " ssl", tls = tls(directory, "good"), keepalive = "50ms" },
  }
  for _, name in ipairs({ "self", "other", "expired", "early", "stranger" }) do
    variants[name] = { listen = " ssl", tls = tls(directory, name) }
  end
  local texts = {}
  for name, variant in pairs(variants) do
    texts[#texts + 1] = fill(SERVER, {
      port = ports[name],
      listen = variant.listen or "",
      tls = variant.tls or "",
      keepalive = variant.keepalive or "60s",
      directory = directory,
    })
  end
  return table.concat(texts)
end

local function write_static(directory)
  shell.check("mkdir " .. shell.quote(directory .. "/static"))
  local function member(i)
    return ('{"id":"%08d-0000-4000-8000-000000000000","name":"Member %d"}'):format(i, i)
  end
  workdir.write(
    directory .. "/static/object.json",
    (
      '{"success":true,"data":{'
      .. '"id":"7a1c-42","title":"%s","persist_chat":false,"status":"ACTIVE",'
      .. '"created_at":"2026-01-01T00:00:00.000Z","paging":{"total_count":30}}}'
    ):format(("t"):rep(400 - 158))
  )
  shell.check(("head -c 50000000 /dev/zero | gzip > %s/static/bomb"):format(directory))
  local members = {}
  for i = 1, 450 do
    members[i] = member(i)
  end
  workdir.write(
    directory .. "/static/page.json",
    '{"success":true,"data":[' .. table.concat(members, ",") .. "]}"
  )
end

local Webserver = {}
local metatable = { __index = Webserver }

--- How many requests of a name came to /meet, /gate or /die.
---@param name string
---@return integer
function Webserver:count(name)
  return tonumber(http.request(self.http .. "/count?name=" .. name):match("%d+"))
end

--- Calls f until so many requests of a name have come.
---@param name string
---@param count integer
---@param f function
function Webserver:await(name, count, f)
  local limit = core.now() + 60
  while self:count(name) < count do
    assert(core.now() < limit, "the requests do not come")
    f()
  end
end

--- Lets requests of a name pass /gate.
---@param name string
function Webserver:open(name)
  assert(http.request(self.http .. "/open?name=" .. name))
end

function Webserver:stop()
  process.kill(self.pid, SIGTERM)
  self.pipe:close()
  workdir.remove(self.directory)
end

-- Runs nginx on free ports; server[name] is the URL of each.
local function launch(server)
  local directory, ports = server.directory, process.free_ports(#PORTS)
  for i, name in ipairs(PORTS) do
    local scheme = (name == "http" or name == "proxy") and "http" or "https"
    server.ports[name] = ports[i]
    server[name] = ("%s://127.0.0.1:%d"):format(scheme, ports[i])
  end
  workdir.write(
    directory .. "/nginx.conf",
    fill(MAIN, {
      modules = MODULES,
      directory = directory,
      root = shell.check("pwd"),
      servers = servers(directory, server.ports),
    })
  )
  local command = "exec nginx -c %s -e %s 2>&1"
  server.pipe = assert(
    io.popen(
      command:format(
        shell.quote(directory .. "/nginx.conf"),
        shell.quote(directory .. "/error.log")
      )
    )
  )
end

-- Waits until nginx listens. False when another program took one of the ports first.
local function has_started(server)
  for _ = 1, 1000 do
    server.pid = tonumber(workdir.read(server.directory .. "/pid"))
    if server.pid then return true end
    if workdir.read(server.directory .. "/error.log"):find("still could not bind", 1, true) then
      return false
    end
    shell.check("sleep 0.02")
  end
  error("nginx did not start: " .. workdir.read(server.directory .. "/error.log"))
end

--- Starts nginx; returns { http = url, https = url, …, ca_file }.
---@return table server
local function start()
  local directory = workdir.new()
  local server = setmetatable({ directory = directory, ports = {} }, metatable)
  certificates.make(directory)
  write_static(directory)
  server.ca_file = directory .. "/ca.pem"
  launch(server)
  while not has_started(server) do
    server.pipe:close()
    workdir.write(directory .. "/error.log", "")
    launch(server)
  end
  return server
end

return { start = start }
