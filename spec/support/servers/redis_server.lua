-- SPDX-License-Identifier: MIT
-- A redis-server on a free loopback port and a unix socket, which can be killed, restarted empty,
-- and suspended.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGKILL, SIGCONT, SIGSTOP = 9, 18, 19

local COMMAND = "exec redis-server --bind 127.0.0.1 --port %d --unixsocket %s --save '' "
  .. "--appendonly no --daemonize no --dir %s --pidfile %s --logfile %s %s"

local RedisServer = {}
RedisServer.__index = RedisServer

--- Runs a command of redis-cli.
---@param command string
---@return string output
function RedisServer:cli(command)
  return (shell.run(("redis-cli -s %s %s"):format(self.path, command)))
end

--- Starts it, after kill with nothing in it.
function RedisServer:launch()
  local pid_file = self.directory .. "/pid"
  local log = self.directory .. "/log"
  local command =
    COMMAND:format(self.port, self.path, self.directory, pid_file, log, self.arguments)
  self.pipe = assert(io.popen(command))
  for _ = 1, 1500 do
    self.pid = tonumber(workdir.read(pid_file))
    local answer = self.pid and self:cli("ping") or ""
    if answer == "PONG" or answer:find("NOAUTH", 1, true) then return end
    shell.check("sleep 0.02")
  end
  error("redis-server did not start: " .. workdir.read(log))
end

--- Ends it at once.
function RedisServer:kill()
  if not self.pid then return end
  process.kill(self.pid, SIGCONT)
  process.kill(self.pid, SIGKILL)
  self.pipe:close()
  os.remove(self.directory .. "/pid")
  self.pid = nil
end

--- Lets it accept connections and answer nothing.
function RedisServer:hold()
  process.kill(self.pid, SIGSTOP)
end

--- Lets it go on, if it runs.
function RedisServer:release()
  if self.pid then process.kill(self.pid, SIGCONT) end
end

--- Ends it for good.
function RedisServer:stop()
  self:kill()
  workdir.remove(self.directory)
end

local redis_server = {}

local function start(server, arguments)
  server.directory = workdir.new()
  server.port, server.path = process.free_ports(1)[1], server.directory .. "/socket"
  server.arguments = arguments or ""
  server:launch()
  return server
end

--- Starts a server.
---@param arguments? string further ones of redis-server
---@return table server with port and path
function redis_server.start(arguments)
  return start(setmetatable({}, RedisServer), arguments)
end

--- Gives the describe around the call a server, which is empty at the start of each of its tests.
---@return table server that starts before the first of them
function redis_server.around()
  -- Not every program that needs a server is a spec.
  local busted = require("busted")
  local server = setmetatable({}, RedisServer)
  busted.setup(function()
    start(server)
  end)
  busted.teardown(function()
    server:stop()
  end)
  busted.before_each(function()
    server:cli("flushall")
  end)
  busted.after_each(function()
    server:release()
  end)
  return server
end

return redis_server
