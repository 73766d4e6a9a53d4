-- SPDX-License-Identifier: MIT
-- A served emulator with one more location: /lua runs the Lua posted to it, with the emulator as
-- its argument, and answers with the result as JSON, for what HTTP has no call for. A wrapper
-- program adds the location to the configuration before it starts nginx.
local cjson = require("cjson").new()
local http = require("spec.support.servers.emulator_http")
local nginx_program = require("rtk.emulator.server.program")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- Seconds.
local WAIT_TIMEOUT = 60

local PROGRAM = [[
#!/bin/sh
[ "$1" = -V ] || sed -i -f %s "$4"
exec %s "$@"
]]

local CHANGES = [[
s/init_by_lua_block {/& local new = require("rtk.emulator").new; \
  require("rtk.emulator").new = function(options) caught = new(options) return caught end;/
s/location \/ {/location = \/lua { content_by_lua_block { \
  ngx.req.read_body() \
  local result = assert(loadstring(ngx.req.get_body_data()))(caught) \
  ngx.print(require("cjson").encode({ result = result })) } }\
  &/
]]

local Nginx = {}
Nginx.__index = Nginx

--- Runs Lua in nginx, where `...` is the emulator, and returns its result.
---@param code string
function Nginx:run(code)
  workdir.write(self.directory .. "/code", code)
  local option = "--data-binary @" .. shell.quote(self.directory .. "/code")
  local status, body = http.request(self.origin .. "/lua", option)
  assert(status == 200, status .. " " .. workdir.read(self.server.directory .. "/error.log"))
  return cjson.decode(body).result
end

--- Runs Lua until its result is true, or for WAIT_TIMEOUT seconds.
---@param code string
---@return boolean
function Nginx:wait_for(code)
  return process.wait_until(WAIT_TIMEOUT, function()
    return self:run(code) == true
  end)
end

function Nginx:stop()
  self.server:stop()
  workdir.remove(self.directory)
end

--- Starts nginx with a new emulator.
---@param options? table of the emulator
local function start(options)
  local directory = workdir.new()
  local changes, program = directory .. "/changes", directory .. "/nginx"
  local real = assert(nginx_program.find()).path
  workdir.write(changes, CHANGES)
  workdir.write(program, PROGRAM:format(shell.quote(changes), shell.quote(real)))
  shell.check("chmod +x " .. shell.quote(program))
  local served = assert(server.start({ emulator = options, nginx = program }))
  local self = setmetatable({
    directory = directory,
    server = served,
    origin = "http://127.0.0.1:" .. served.port,
  }, Nginx)
  -- Receivers may be slow where the machine is.
  self:run('require("rtk.emulator.server.http_post").timeout = 60')
  return self
end

return { start = start }
