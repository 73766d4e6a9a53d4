-- SPDX-License-Identifier: MIT
-- Writes the nginx configuration: one worker, because the state lives in its Lua VM; a loopback
-- port and optionally another one for downloads; all files below its own directory, so that any
-- user can run it.
local process = require("rtk.emulator.server.process")

local conf = {}

local TEMPLATE = [[
$MODULES$USER
daemon on;
worker_processes 1;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 1024; }
http {
  access_log $ACCESS_LOG;
  client_body_temp_path client_body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  # Snapshots may be large.
  client_max_body_size 256m;
  client_body_buffer_size 128k;
  keepalive_requests 1000000;
  merge_slashes off;
  $RESOLVER
  lua_socket_log_errors off;
  lua_max_pending_timers 65536;
  # Makes ngx.exit(444) a reset; other ends are not affected.
  reset_timedout_connection on;
  lua_package_path $LUA_PATH;
  lua_package_cpath $LUA_CPATH;
  init_by_lua_block { require("rtk.emulator.nginx").open(ngx.config.prefix()) }
  init_worker_by_lua_block { require("rtk.emulator.nginx").watch_owner() }
  server {
    listen 127.0.0.1:$PORT;
    $DOWNLOADS
    location / {
      content_by_lua_block { require("rtk.emulator.nginx").serve() }
    }
  }
}
]]

local function listen(port)
  return port and string.format("listen 127.0.0.1:%d;", port) or ""
end

--- Quotes one argument of a directive. A dollar sign would begin a variable, which these
--- directives do not expand, so it needs no care.
local function quote(argument)
  return '"' .. argument:gsub('[\\"]', "\\%0") .. '"'
end

--- The root of the template that finds a module, such as "/usr/share/lua/5.4".
local function root_of(module)
  local file_name = module:gsub("%.", "/")
  for template in package.path:gmatch("[^;]+") do
    local path = template:gsub("%?", (file_name:gsub("%%", "%%%%")))
    local file = io.open(path, "rb")
    if file then
      file:close()
      return path:sub(1, #path - #file_name - #".lua" - 1)
    end
  end
  return "."
end

--- Relative templates would count from nginx's directory.
local function absolute(template, directory)
  return template:sub(1, 1) == "/" and template or directory .. "/" .. template
end

--- A search path of this Lua for the LuaJIT inside nginx, which loads modules for 5.1. Where
--- this Lua is another version, its name is replaced in the templates, and those without a version
--- are left out if they lead to libraries: loading one for another version can crash. A build of
--- rtk has its libraries in a folder for each Lua.
local function search_path(templates, directory, leads_to_libraries)
  local version = _VERSION:match("%d+%.%d+"):gsub("%.", "%%.")
  local result = {}
  for template in templates:gmatch("[^;]+") do
    local of_build, is_of_build = template:gsub("lua" .. version, "luajit")
    if is_of_build > 0 then result[#result + 1] = absolute(of_build, directory) end
    local translated, replaced = template:gsub(version, "5.1")
    if replaced > 0 or _VERSION == "Lua 5.1" or not leads_to_libraries then
      result[#result + 1] = absolute(translated, directory)
    end
  end
  return table.concat(result, ";")
end

--- The directive that lets webhooks go to hosts by name, empty where the machine has no resolver.
local function resolver()
  local servers = {}
  for line in (process.read_file("/etc/resolv.conf") or ""):gmatch("[^\n]+") do
    local address = line:match("^nameserver[ \t]+([%x.:]+)[ \t]*$")
    if address then
      servers[#servers + 1] = address:find(":", 1, true) and "[" .. address .. "]" or address
    end
  end
  return #servers > 0 and "resolver " .. table.concat(servers, " ") .. " ipv6=off;" or ""
end

--- Writes the configuration.
---@param settings table { port, download_port?, modules, is_root, access_log?, directory }, the
---last one being where relative paths of this process count from
---@return string
function conf.write(settings)
  local modules = {}
  for index, path in ipairs(settings.modules) do
    modules[index] = "load_module " .. quote(path) .. ";\n"
  end
  local root = absolute(root_of("rtk.emulator.nginx"), settings.directory)
  local own = root .. "/?.lua;" .. root .. "/?/init.lua"
  local values = {
    MODULES = table.concat(modules),
    -- Without this, root's worker would change to a user that cannot read the directory.
    USER = settings.is_root and "user root;" or "",
    ACCESS_LOG = settings.access_log and quote(settings.access_log) or "off",
    -- The double semicolon stands for the places that nginx's Lua knows by itself.
    LUA_PATH = quote(own .. ";;" .. search_path(package.path, settings.directory)),
    LUA_CPATH = quote(";;" .. search_path(package.cpath, settings.directory, true)),
    RESOLVER = resolver(),
    PORT = tostring(settings.port),
    DOWNLOADS = listen(settings.download_port),
  }
  return (TEMPLATE:gsub("%$([A-Z_]+)", values))
end

return conf
