-- SPDX-License-Identifier: MIT
-- An nginx with Lua and rtk in it, on a free loopback port, as a program that uses rtk would
-- configure it. It runs workers below a master, so that it can be reloaded.

local cjson = require("cjson")
local core = require("rtk.core")
local nginx = require("spec.support.servers.nginx")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGHUP, SIGQUIT, SIGTERM, SIGKILL = 1, 3, 15, 9

-- Seconds, less than what calls take that are not to be waited for.
local WAIT_TIMEOUT = 30

local HTTP = [[
  $http
  server {
    listen 127.0.0.1:$port;
    location = /ping { return 200 pong; }
    location = /run {
      client_body_buffer_size 64k;
      content_by_lua_block {
        ngx.req.read_body()
        local result = assert(loadstring(ngx.req.get_body_data()))()
        ngx.print(require("cjson").encode({ result = result }))
      }
    }
    $server
  }
]]

local Openresty = {}
Openresty.__index = Openresty

--- Waits until f returns a true value, or for WAIT_TIMEOUT seconds.
---@param f function
---@return any
function Openresty.wait_for(f)
  local limit = core.now() + WAIT_TIMEOUT
  local result = f()
  while not result and core.now() < limit do
    core.sleep(0.02)
    result = f()
  end
  return result
end

--- What it wrote to its log.
---@return string
function Openresty:log()
  return nginx.log(self.directory)
end

--- Gets a path.
---@param path string
---@param options? string more of curl's command line
---@return integer status 0 when there was no answer
---@return string body
function Openresty:get(path, options)
  local command = "curl --silent --globoff --max-time 120 --write-out '\\n%{http_code}' "
  local output = shell.run(command .. (options or "") .. " " .. shell.quote(self.url .. path))
  local body, status = output:match("^(.-)\n?(%d%d%d)$")
  return tonumber(status), body
end

--- Runs Lua in a request.
---@param code string
---@return any result as JSON can hold it
function Openresty:run(code)
  local file = self.directory .. "/code"
  workdir.write(file, code)
  local status, body = self:get("/run", "--data-binary @" .. shell.quote(file))
  assert(status == 200, body .. self:log())
  return cjson.decode(body).result
end

--- Begins to get a path, often and at once.
---@param path string in which [1-count] means so many
---@return fun(): string[] statuses waits for all answers
function Openresty:begin_all(path)
  local command = "curl --silent --no-progress-meter --parallel --parallel-immediate "
    .. "--parallel-max 200 --max-time 120 --output /dev/null --write-out '%{http_code}\\n' "
  local pipe = assert(io.popen(command .. shell.quote(self.url .. path)))
  return function()
    local statuses = {}
    for status in pipe:lines() do
      statuses[#statuses + 1] = status
    end
    pipe:close()
    return statuses
  end
end

--- Gets a path, often and at once.
---@param path string in which [1-count] means so many
---@return string[] statuses
function Openresty:get_all(path)
  return self:begin_all(path)()
end

--- The pids of its workers.
---@return integer[]
function Openresty:workers()
  local pids = {}
  for pid in workdir.read(("/proc/%d/task/%d/children"):format(self.pid, self.pid)):gmatch("%d+") do
    pids[#pids + 1] = tonumber(pid)
  end
  return pids
end

--- The pid of a worker.
---@return integer
function Openresty:worker()
  return assert(self.wait_for(function()
    return self:workers()[1]
  end))
end

--- How many entries a directory of /proc has for a worker, such as fd or task.
---@param pid integer
---@param what string
---@return integer
function Openresty.count(pid, what)
  return tonumber((shell.check(("ls /proc/%d/%s | wc -l"):format(pid, what))))
end

--- Replaces the workers by new ones.
function Openresty:reload()
  process.kill(self.pid, SIGHUP)
end

--- Ends it and waits until it is gone.
---@param signal? integer default SIGTERM
---@return boolean ended of itself
function Openresty:stop(signal)
  process.kill(self.pid, signal or SIGTERM)
  local ended = self.wait_for(function()
    return not nginx.is_running(self.pid)
  end)
  if ended then return true end
  for _, pid in ipairs(self:workers()) do
    process.kill(pid, SIGKILL)
  end
  process.kill(self.pid, SIGKILL)
  return false
end

--- Ends it gracefully: calls in flight are waited for.
---@return boolean ended of itself
function Openresty:quit()
  return self:stop(SIGQUIT)
end

--- Ends it, if it still runs, and removes its files.
function Openresty:remove()
  if nginx.is_running(self.pid) then self:stop(SIGTERM) end
  self.pipe:close()
  workdir.remove(self.directory)
end

--- Starts nginx.
---@param options { main?: string, http?: string, server?: string } configuration for each level
---@return table server
local function start(options)
  local directory = workdir.new()
  shell.check("chmod 755 " .. shell.quote(directory))
  local is_root = shell.check("id -u") == "0"
  local main = options.main or ""
  if is_root and not main:find("user ", 1, true) then main = main .. " user root;" end
  local server = setmetatable({ directory = directory }, Openresty)
  server.pid, server.pipe = nginx.start(directory, function()
    server.port = process.free_ports(1)[1]
    local values = { http = options.http or "", server = options.server or "", port = server.port }
    return { main = main, http = nginx.fill(HTTP, values) }
  end)
  server.url = "http://127.0.0.1:" .. server.port
  return server
end

return { start = start }
