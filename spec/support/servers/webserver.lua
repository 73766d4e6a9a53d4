-- SPDX-License-Identifier: MIT
-- nginx as a well-behaved peer, on free loopback ports: plain HTTP, TLS with
-- good and bad certificates, TLS 1.0 and 1.1 only, an offer of HTTP/2, and a proxy. What it serves
-- is in webserver_app.lua.

local certificates = require("spec.support.servers.certificates")
local core = require("rtk.core")
local http = require("socket.http")
local nginx = require("spec.support.servers.nginx")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

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

local HTTP = [[
  client_max_body_size 64m;
  client_body_buffer_size 64m;
  keepalive_requests 100000000;
  lua_shared_dict counts 1m;
  gzip_types application/json;
  default_type application/json;
]]

local SERVER = [[
  server {
    listen 127.0.0.1:$port$listen;
    keepalive_timeout $keepalive;
    $tls
    location /static/ { alias $directory/static/; }
    location /late/ { rewrite_by_lua_block { ngx.sleep(0.05) } alias $directory/static/; }
    location /gzip/ { alias $directory/static/; gzip on; gzip_min_length 1; }
    location /bomb/ { alias $directory/static/; add_header Content-Encoding gzip; }
    location /reset { return 444; }
    location / { content_by_lua_block { require("spec.support.programs.webserver_app").serve() } }
  }
]]

local OLD = "ssl_protocols %s; ssl_ciphers ALL:@SECLEVEL=0;"

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
    texts[#texts + 1] = nginx.fill(SERVER, {
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
Webserver.__index = Webserver

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
  nginx.stop(self.pid)
  self.pipe:close()
  workdir.remove(self.directory)
end

-- Chooses free ports; server[name] is the URL of each. The configuration for them.
local function configure(server)
  local ports = process.free_ports(#PORTS)
  for i, name in ipairs(PORTS) do
    local scheme = (name == "http" or name == "proxy") and "http" or "https"
    server.ports[name] = ports[i]
    server[name] = ("%s://127.0.0.1:%d"):format(scheme, ports[i])
  end
  return {
    main = "master_process off;",
    http = HTTP .. servers(server.directory, server.ports),
  }
end

local function launch(server)
  server.directory, server.ports = workdir.new(), {}
  certificates.make(server.directory)
  write_static(server.directory)
  server.ca_file = server.directory .. "/ca.pem"
  server.pid, server.pipe = nginx.start(server.directory, function()
    return configure(server)
  end)
  return server
end

local webserver = {}

--- Starts nginx; returns { http = url, https = url, …, ca_file }.
---@return table server
function webserver.start()
  return launch(setmetatable({}, Webserver))
end

--- Gives the describe around this call a server.
---@return table server that starts before the first test
function webserver.around()
  local busted = require("busted")
  local server = setmetatable({}, Webserver)
  busted.setup(function()
    launch(server)
  end)
  busted.teardown(function()
    server:stop()
  end)
  return server
end

return webserver
