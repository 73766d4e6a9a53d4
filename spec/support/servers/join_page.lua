-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty with its own nginx.conf on another port, and an emulator that
-- it calls. nginx finds rtk as in a directory that was just built.

local cjson = require("cjson")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local processes = require("rtk.emulator.server.process")
local process = require("spec_process")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGTERM = 15

-- Seconds.
local WAIT_TIMEOUT = 30

local JoinPage = {}
JoinPage.__index = JoinPage

--- Waits until f returns a true value, or for WAIT_TIMEOUT seconds.
---@param f function
---@return any
function JoinPage.wait_for(f)
  return processes.wait_until(WAIT_TIMEOUT, f)
end

--- What it wrote to a log.
---@param name "error.log"|"access.log"
---@return string
function JoinPage:log(name)
  return workdir.read(self.prefix .. "/" .. name)
end

--- Gets a path.
---@param path string
---@param options? string more of curl's command line
---@return integer status
---@return string body
---@return string headers
function JoinPage:get(path, options)
  local command = "curl --silent --globoff --max-time 120 --include %s %s"
  local text = shell.run(command:format(options or "", shell.quote(self.url .. path)))
  local headers, body = text:match("^(.-)\r\n\r\n(.*)$")
  assert(headers, text .. self:log("error.log"))
  return tonumber(headers:match("^HTTP/[%d.]+ (%d+)")), body, headers
end

--- The options with which curl sends the form.
---@param name string
---@param room string
---@return string
local function form(name, room)
  local format = "--data-urlencode %s --data-urlencode %s"
  return format:format(shell.quote("name=" .. name), shell.quote("room=" .. room))
end

--- The token on a page.
---@param body string
---@return string? token
function JoinPage.token_in(body)
  return body:match('<textarea id="token"[^>]*>(ey[^<]+)</textarea>')
end

--- The id of the meeting on a page.
---@param body string
---@return string? id
function JoinPage.meeting_in(body)
  return body:match('<dd id="meeting_id">([^<]+)</dd>')
end

--- Sends the form.
---@param name string
---@param room string
---@param options? string more of curl's command line
---@return integer status
---@return string body
---@return string headers
function JoinPage:join(name, room, options)
  return self:get("/join", form(name, room) .. " " .. (options or ""))
end

--- The live sessions that it tells.
---@return table[]
function JoinPage:sessions()
  local status, body = self:get("/sessions")
  assert(status == 200, body)
  return cjson.decode(body).sessions
end

--- What the emulator was asked.
---@return table[] entries of its journal
function JoinPage:journal()
  local text = shell.check("curl --silent --fail " .. self.emulator.admin_url .. "/journal")
  return cjson.decode(text).data
end

--- Makes one of the emulator's own calls.
---@param name string such as "faults" or "join"
---@param body table
function JoinPage:tell_emulator(name, body)
  local url = self.emulator.admin_url .. "/" .. name
  local command = "curl --silent --fail-with-body --data-binary %s %s"
  shell.check(command:format(shell.quote(cjson.encode(body)), url))
end

local function stop_nginx(self)
  if self.pid then process.kill(self.pid, SIGTERM) end
  if self.pipe then self.pipe:close() end
  self.pid, self.pipe = nil, nil
end

--- Ends it and removes its files.
function JoinPage:stop()
  stop_nginx(self)
  self.emulator:stop()
  workdir.remove(self.directory)
end

-- A client that sees what the page did.
local function client_of(server)
  local good = emulator.new()
  return assert(rtk.new({
    api_token = "any",
    account_id = good.account_id,
    app_id = good.app_id,
    base_url = server.url,
  }))
end

-- Copies the example to where the directories above it look as they do at home.
local function prepare(directory, port)
  local prefix = directory .. "/examples/openresty"
  shell.check("mkdir -p " .. prefix .. " && chmod -R 755 " .. directory)
  shell.check(("cp -R examples/openresty/. %s && ln -s $PWD/build %s"):format(prefix, directory))
  local conf =
    shell.read(prefix .. "/nginx.conf"):gsub("(listen 127.0.0.1:)8080;", "%1" .. port .. ";")
  workdir.write(prefix .. "/nginx.conf", conf)
  -- A slow machine may take longer than visitors would wait.
  local rooms = prefix .. "/lua/rooms.lua"
  local patient, count =
    shell.read(rooms):gsub("  timeout = 5,\n  total_timeout = 10,", "  timeout = 60,")
  assert(count == 1)
  workdir.write(rooms, patient)
  return prefix
end

local COMMAND = "env -u LUA_PATH -u LUA_CPATH -u CLOUDFLARE_API_TOKEN %s"
  .. " nginx -p %s -c nginx.conf -e stderr -g '%sdaemon off;'"

local function command_for(self, environment)
  local user = shell.check("id -u") == "0" and "user root;" or ""
  return COMMAND:format(environment, self.prefix, user)
end

local function environment_for(server)
  local good = emulator.new()
  local format = "CLOUDFLARE_BASE_URL=%s CLOUDFLARE_API_TOKEN=secret-api-token"
    .. " CLOUDFLARE_ACCOUNT_ID=%s REALTIMEKIT_APP_ID=%s"
  return format:format(server.url, good.account_id, good.app_id)
end

local function launch(self)
  local line = "echo $$; exec %s 2>%s/error.log"
  local command = command_for(self, environment_for(self.emulator))
  self.pipe = assert(io.popen(line:format(command, self.prefix)))
  self.pid = tonumber(self.pipe:read("*l"))
  -- Only when it answers does it heed signals.
  local is_up = self.wait_for(function()
    return select(2, shell.run("curl --silent --fail " .. self.url .. "/static/icon.svg")) == 0
  end)
  if not is_up then error("nginx did not start: " .. self:log("error.log")) end
end

--- What nginx says when it is to start without credentials.
---@return string output
---@return integer status
function JoinPage:start_without_credentials()
  return shell.run("timeout 60 " .. command_for(self, ""))
end

--- Starts nginx again, which has forgotten all it knew then.
function JoinPage:restart()
  stop_nginx(self)
  launch(self)
end

--- Starts both.
---@param options? table of the emulator
---@return table join_page
local function start(options)
  local directory, port = workdir.new(), process.free_ports(1)[1]
  local server = assert(emulator_server.start({ emulator = options }))
  local self = setmetatable({
    directory = directory,
    emulator = server,
    prefix = prepare(directory, port),
    url = "http://127.0.0.1:" .. port,
    client = client_of(server),
  }, JoinPage)
  local ok, message = pcall(launch, self)
  if ok then return self end
  self:stop()
  error(message)
end

return { form = form, start = start }
