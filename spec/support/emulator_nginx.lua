-- SPDX-License-Identifier: MIT
-- An emulator inside nginx as rtk.emulator.server makes it, with one location more: /lua runs the
-- Lua that is posted there, with the emulator as its argument, and answers with its result as JSON.
-- So specs can do to the served emulator what HTTP has no call for.
local cjson = require("cjson").new()
local http = require("spec.support.emulator_http")
local nginx_conf = require("rtk.emulator.nginx_conf")
local nginx_program = require("rtk.emulator.nginx_program")
local ports = require("rtk.emulator.ports")
local process = require("rtk.emulator.process")
local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

-- Seconds.
local START_TIMEOUT, STOP_TIMEOUT = 5, 5

local CATCH_EMULATOR = [[init_by_lua_block {
    local emulator = require("rtk.emulator")
    local new = emulator.new
    emulator.new = function(options)
      emulator.caught = new(options)
      return emulator.caught
    end
    ]]

local LOCATION = [[location = /lua {
      content_by_lua_block {
        ngx.req.read_body()
        local run = assert(loadstring(ngx.req.get_body_data()))
        local result = run(require("rtk.emulator").caught)
        ngx.print(require("cjson").encode({ result = result }))
      }
    }
    ]]

local Nginx = {}
local Nginx_mt = { __index = Nginx }

--- Runs Lua in nginx, where `...` is the emulator, and returns its result.
---@param code string
function Nginx:run(code)
  workdir.write(self.directory .. "/code", code)
  local option = "--data-binary @" .. shell.quote(self.directory .. "/code")
  local status, body = http.request(self.origin .. "/lua", option)
  assert(status == 200, status .. " " .. workdir.read(self.directory .. "/error.log"))
  return cjson.decode(body).result
end

--- Runs Lua until its result is true, but not for ever.
function Nginx:wait_for(code)
  return process.wait_until(10, function()
    return self:run(code) == true
  end)
end

function Nginx:stop()
  process.terminate(self.process, STOP_TIMEOUT)
  workdir.remove(self.directory)
end

local function free_port()
  local port
  repeat
    port = ports.random()
  until not ports.is_taken(port)
  return port
end

local function insert_before(text, place, more)
  local at = assert(text:find(place, 1, true))
  return text:sub(1, at - 1) .. more .. text:sub(at)
end

--- Starts nginx with a new emulator.
---@param options? table of the emulator
local function start(options)
  local directory, port = workdir.new(), free_port()
  local program = assert(nginx_program.find())
  local conf = nginx_conf.write({
    port = port,
    modules = program.modules,
    is_root = shell.check("id -u") == "0",
    directory = shell.check("pwd"),
  })
  conf = insert_before(conf, "location / {", LOCATION)
  conf = conf:gsub("init_by_lua_block {", function()
    return CATCH_EMULATOR
  end)
  workdir.write(directory .. "/nginx.conf", conf)
  local settings = { emulator = options or {}, owner = process.find("self") }
  workdir.write(directory .. "/settings.json", cjson.encode(settings))
  local quoted = shell.quote(directory)
  local command = "env -u LUA_PATH -u LUA_CPATH %s -p %s -c %s/nginx.conf -e error.log </dev/null"
  shell.check(command:format(shell.quote(program.path), quoted, quoted))
  local master = process.wait_until(START_TIMEOUT, function()
    local pid = tonumber(workdir.read(directory .. "/nginx.pid"))
    return pid and process.find(pid)
  end)
  assert(master, workdir.read(directory .. "/error.log"))
  return setmetatable({
    directory = directory,
    process = master,
    origin = "http://127.0.0.1:" .. port,
  }, Nginx_mt)
end

return { start = start }
