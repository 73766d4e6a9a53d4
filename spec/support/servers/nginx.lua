-- SPDX-License-Identifier: MIT
-- Starts an nginx with Lua and rtk in a given directory. openresty, webserver and limited_nginx add
-- their parts of the configuration.

local core = require("rtk.core")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGTERM = 15

local nginx = {}

local CONF = [[
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
daemon off;
pid $directory/pid;
error_log $directory/error.log notice;
$main
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path $directory/body;
  proxy_temp_path $directory/proxy;
  fastcgi_temp_path $directory/fastcgi;
  uwsgi_temp_path $directory/uwsgi;
  scgi_temp_path $directory/scgi;
  lua_package_path "$root/lua/?.lua;$root/lua/?/init.lua;$root/?.lua;;";
  lua_package_cpath "$root/build/luajit/?.so;;";
$http
}
]]

--- Replaces $name in a template.
---@param template string
---@param values table<string, any>
---@return string
function nginx.fill(template, values)
  return (template:gsub("%$([a-z]+)", values))
end

--- What nginx wrote to its log.
---@param directory string
---@return string
function nginx.log(directory)
  return workdir.read(directory .. "/error.log")
end

-- Waits for the pid, which nginx writes when it listens; nil if another program took a port first.
local function await_pid(directory)
  for _ = 1, 1500 do
    local pid = tonumber(workdir.read(directory .. "/pid"))
    if pid then return pid end
    if nginx.log(directory):find("still could not bind", 1, true) then return nil end
    shell.check("sleep 0.02")
  end
  error("nginx did not start: " .. nginx.log(directory))
end

--- Starts nginx, again with other ports if one was taken meanwhile.
---@param directory string
---@param parts fun(): { main?: string, http: string } configuration with free ports
---@return integer pid
---@return file* pipe ends with nginx
function nginx.start(directory, parts)
  local file, log = directory .. "/nginx.conf", directory .. "/error.log"
  local command = "exec nginx -c " .. shell.quote(file) .. " -e " .. shell.quote(log) .. " 2>&1"
  while true do
    local part = parts()
    workdir.write(log, "")
    workdir.write(
      file,
      nginx.fill(CONF, {
        directory = directory,
        root = shell.check("pwd"),
        main = part.main or "",
        http = part.http,
      })
    )
    local pipe = assert(io.popen(command))
    local pid = await_pid(directory)
    if pid then return pid, pipe end
    pipe:close()
  end
end

--- Whether a process runs; a zombie does not.
---@param pid integer
---@return boolean
function nginx.is_running(pid)
  local state = workdir.read(("/proc/%d/stat"):format(pid)):match("^%d+ %(.*%) (%a)")
  return state ~= nil and state ~= "Z"
end

--- Ends it and waits until it is gone. It is told again and again: a signal that comes after nginx
--- wrote its pid and before it waits for the first time, or just before it waits, does not wake it.
---@param pid integer
function nginx.stop(pid)
  local looks = 0
  while nginx.is_running(pid) do
    if looks % 100 == 0 then process.kill(pid, SIGTERM) end
    looks = looks + 1
    core.sleep(0.005)
  end
end

return nginx
