-- SPDX-License-Identifier: MIT
-- A copy of a folder of examples/ in which its nginx.conf serves on a port of its own. nginx finds
-- rtk as in a directory that was just built.

local processes = require("rtk.emulator.server.process")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGTERM, SIGKILL = 15, 9

-- Seconds.
local WAIT_TIMEOUT = 120

local ExampleNginx = {}
ExampleNginx.__index = ExampleNginx

--- What it wrote to a log.
---@param name "error.log"|"access.log"
---@return string
function ExampleNginx:log(name)
  return workdir.read(self.prefix .. "/" .. name)
end

--- Gets a path.
---@param path string
---@param options? string more of curl's command line
---@return integer status
---@return string body
---@return string headers
function ExampleNginx:get(path, options)
  local command = "curl --silent --globoff --max-time 120 --include %s %s"
  local text = shell.run(command:format(options or "", shell.quote(self.url .. path)))
  local headers, body = text:match("^(.-)\r\n\r\n(.*)$")
  assert(headers, text .. self:log("error.log"))
  return tonumber(headers:match("^HTTP/[%d.]+ (%d+)")), body, headers
end

--- Changes one of its files.
---@param name string
---@param text string to be found once
---@param replacement string
function ExampleNginx:edit(name, text, replacement)
  local file = self.prefix .. "/" .. name
  local before = shell.read(file)
  local first, last = before:find(text, 1, true)
  assert(first and not before:find(text, last + 1, true), text)
  workdir.write(file, before:sub(1, first - 1) .. replacement .. before:sub(last + 1))
end

--- The command that starts it.
---@param environment string assignments for sh
---@return string
function ExampleNginx:command(environment)
  local user = shell.check("id -u") == "0" and "user root;" or ""
  local format = "env -u LUA_PATH -u LUA_CPATH -u CLOUDFLARE_API_TOKEN %s"
    .. " nginx -p %s -c nginx.conf -e stderr -g '%sdaemon off;'"
  return format:format(environment, self.prefix, user)
end

--- Starts it and waits until it answers. What it writes to its log is added to what is there.
---@param environment string assignments for sh
function ExampleNginx:start(environment)
  local line = "echo $$; exec %s 2>>%s/error.log"
  self.pipe = assert(io.popen(line:format(self:command(environment), self.prefix)))
  self.pid = tonumber(self.pipe:read("*l"))
  -- Only when it answers does it heed signals.
  local command = "curl --silent --output /dev/null " .. self.url .. self._ping
  local is_up = processes.wait_until(WAIT_TIMEOUT, function()
    return select(2, shell.run(command)) == 0
  end)
  if not is_up then error("nginx did not start: " .. self:log("error.log")) end
end

local function kill_all(pid)
  local workers = shell.read(("/proc/%d/task/%d/children"):format(pid, pid))
  process.kill(pid, SIGKILL)
  for worker in workers:gmatch("%d+") do
    process.kill(tonumber(worker), SIGKILL)
  end
end

--- Ends it, if it runs.
---@param is_killed? boolean whether it ends in the middle of what it does
function ExampleNginx:stop(is_killed)
  if not self.pid then return end
  if is_killed then
    kill_all(self.pid)
  else
    process.kill(self.pid, SIGTERM)
  end
  self.pipe:close()
  self.pid, self.pipe = nil, nil
end

--- Ends it and removes its files.
function ExampleNginx:remove()
  self:stop()
  workdir.remove(self.directory)
end

--- Copies an example to where the directories above it look as they do at home.
---@param folder string below examples/
---@param ping string a path whose answer takes no call of the API
---@return table example_nginx
local function new(folder, ping)
  local directory, port = workdir.new(), process.free_ports(1)[1]
  local self = setmetatable({ directory = directory, _ping = ping }, ExampleNginx)
  self.prefix = directory .. "/examples/" .. folder
  self.url = "http://127.0.0.1:" .. port
  shell.check(("mkdir -p %s && chmod -R 755 %s"):format(self.prefix, directory))
  shell.check(("cp -R examples/%s/. %s"):format(folder, self.prefix))
  shell.check(("ln -s $PWD/build %s"):format(directory))
  local conf = shell.read(self.prefix .. "/nginx.conf")
  local number = conf:match("listen 127.0.0.1:(%d+);")
  self:edit("nginx.conf", ":" .. number .. ";", ":" .. port .. ";")
  return self
end

return { new = new }
