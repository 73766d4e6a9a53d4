-- SPDX-License-Identifier: MIT
-- Makes calls to a name with two addresses. The first one drops packets that open a connection.
--
-- Runs in network and mount namespaces of its own, since it changes /etc/hosts and addresses, and
-- prints the outcome of three concurrent calls for each runtime.

local cjson = require("cjson")
local loops = require("spec.support.clients.loops")
local openresty = require("spec.support.servers.openresty")
local scenarios = require("spec.network.scenarios")
local shell = require("spec.support.servers.shell")
local socket = require("socket")
local workdir = require("spec.support.servers.workdir")

local DEAD, ALIVE = "10.8.8.2", "10.9.9.9"

local directory = workdir.new()

local function make_name()
  shell.check("ip link set lo up")
  for _, address in ipairs({ DEAD, ALIVE }) do
    shell.check(("ip addr add %s/32 dev lo"):format(address))
  end
  local hosts = "127.0.0.1 localhost\n%s two.test\n%s two.test\n"
  workdir.write(directory .. "/hosts", hosts:format(DEAD, ALIVE))
  shell.check(("mount --bind %s/hosts /etc/hosts"):format(directory))
end

-- Listens without accepting and fills the queue, so that the kernel drops further connections.
local function drop_connections(port)
  local listener = assert(socket.tcp())
  assert(listener:bind(DEAD, port))
  assert(listener:listen(0))
  local kept = { listener }
  for index = 1, 3 do
    local filler = assert(socket.tcp())
    filler:settimeout(0.2)
    filler:connect(DEAD, port)
    kept[index + 1] = filler
  end
  return kept
end

-- An nginx for the calls, which also answers them on the address that is alive.
local function start_nginx()
  local port = 8443
  local http = [[server {
    listen %s:%d;
    location / { default_type application/json; return 200 '{"success":true,"data":[]}'; }
  }]]
  return openresty.start({ http = http:format(ALIVE, port) }), port
end

local function report(name, counts)
  local texts = {}
  for outcome, count in pairs(counts) do
    texts[#texts + 1] = ("%s %d"):format(outcome, count)
  end
  table.sort(texts)
  print(name .. " " .. table.concat(texts, ", "))
end

make_name()
local nginx, port = start_nginx()
local kept = drop_connections(port)
local place = { url = ("http://two.test:%d"):format(port) }

report("blocking", scenarios.second_address(place))
for _, loop in ipairs(loops) do
  loop.run(function()
    report(loop.name, scenarios.second_address(place))
  end)
end
local code = "return require('spec.network.scenarios').second_address(require('cjson').decode(%q))"
report("nginx", nginx:run(code:format(cjson.encode(place))))

for _, each in ipairs(kept) do
  each:close()
end
nginx:remove()
shell.check("umount /etc/hosts")
workdir.remove(directory)
