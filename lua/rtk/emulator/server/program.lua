-- SPDX-License-Identifier: MIT
-- Finds an nginx that can run Lua: OpenResty, or a distribution's nginx with the Lua module.
local process = require("rtk.emulator.server.process")

local program = {}

-- The directories of system programs are not on every user's PATH.
local CANDIDATES = {
  "nginx",
  "openresty",
  "/usr/sbin/nginx",
  "/usr/local/sbin/nginx",
  "/usr/local/openresty/nginx/sbin/nginx",
}

-- Debian keeps modules here whatever the binary says.
local DEBIAN_MODULES = "/usr/lib/nginx/modules"

local MODULES = { "ndk_http_module.so", "ngx_http_lua_module.so" }

local ADVICE = "the emulator's server needs nginx with its Lua module; "
  .. "on Debian install the packages nginx libnginx-mod-http-lua lua-cjson"

local function modules_in(directory)
  local paths = {}
  for index, name in ipairs(MODULES) do
    paths[index] = directory .. "/" .. name
    local file = io.open(paths[index], "rb")
    if not file then return nil end
    file:close()
  end
  return paths
end

--- The modules to load for a binary that described itself, or nil when it cannot run Lua.
local function modules_of(description)
  if description:find("ngx_lua", 1, true) or description:find("lua-nginx-module", 1, true) then
    return {}
  end
  local directory = description:match("%-%-modules%-path=([^ \n]+)")
  return directory and modules_in(directory) or modules_in(DEBIAN_MODULES)
end

--- Finds the program.
---@param given? string the only candidate, if given
---@return { path: string, modules: string[] }? program
---@return string? message
function program.find(given)
  local found_without_lua
  for _, path in ipairs(given and { given } or CANDIDATES) do
    local ok, description = process.run(process.quote(path) .. " -V 2>&1")
    local modules = ok and modules_of(description)
    if modules then return { path = path, modules = modules } end
    found_without_lua = found_without_lua or ok and path
  end
  if found_without_lua then return nil, found_without_lua .. " has no Lua module: " .. ADVICE end
  return nil, "nginx was not found: " .. ADVICE
end

return program
