-- SPDX-License-Identifier: MIT
-- Serves an emulator over HTTP on 127.0.0.1, with nginx. nginx's start command returns once it
-- listens, so a started server accepts requests at once. Its files are in a private temporary
-- directory, which stop removes. A server also ends when it is collected (where Lua has __gc for
-- tables) and when the process that started it ends.
local json = require("rtk.emulator.util.json")
local conf = require("rtk.emulator.server.conf")
local program_finder = require("rtk.emulator.server.program")
local options = require("rtk.emulator.options")
local ports = require("rtk.emulator.server.ports")
local process = require("rtk.emulator.server.process")

---@class rtk.EmulatorServerOptions
---@field port? integer default 0: a free port
---@field emulator? rtk.EmulatorOptions
---@field access_log? string a file; default none
---@field nginx? string the nginx program; default the first one found

---@class rtk.EmulatorServer
---@field url string for the client's base_url
---@field port integer
---@field download_url string base of download links
---@field admin_url string base URL of the administration
---@field pid integer of the nginx master process
local Server = { __name = "rtk.emulator.server" }
Server.__index = Server

local KNOWN = { port = "number", emulator = "table", access_log = "string", nginx = "string" }

local PORT_ATTEMPTS = 20

-- Seconds, each far more than it takes.
local START_TIMEOUT, STOP_TIMEOUT = 60, 30

local function failure(kind, message)
  return nil, message, { kind = kind, message = message }
end

-- Separates the options of the server from those of the emulator.
local function read_options(given)
  local own = { emulator = {} }
  for name, value in pairs(given.emulator or {}) do
    own.emulator[name] = value
  end
  for name, value in pairs(given) do
    if not KNOWN[name] then
      own.emulator[name] = value
    elseif name ~= "emulator" then
      own[name] = value
    end
  end
  return own
end

local function check_options(given)
  for name, value in pairs(given) do
    if KNOWN[name] and type(value) ~= KNOWN[name] then
      error(string.format("server option %q must be a %s", name, KNOWN[name]), 3)
    end
  end
  local own = read_options(given)
  if options.read(own.emulator, 3).deliver then
    error('emulator option "deliver" works in process; a server sends webhooks itself', 3)
  end
  own.port = own.port or 0
  if own.port % 1 ~= 0 or own.port < 0 or own.port > 65535 then
    error('server option "port" must be a port number, or 0 to choose one', 3)
  end
  return own
end

local function remove(directory)
  os.execute("rm -rf " .. process.quote(directory))
end

local function current_directory()
  local _, output = process.run("pwd")
  return (output:gsub("\n$", ""))
end

local function create_directory()
  local ok, output = process.run('mktemp -d "${TMPDIR:-/tmp}/rtk-emulator.XXXXXX" 2>&1')
  local directory = output:gsub("\n$", "")
  if not ok then return nil, "no temporary directory: " .. directory end
  return directory
end

--- A port other than that of the API.
local function second_port(port)
  for _ = 1, PORT_ATTEMPTS do
    local other = ports.random()
    if other ~= port and not ports.is_taken(other) then return other end
  end
  return port + 1
end

local function download_url(port)
  return string.format("http://127.0.0.1:%d/download", port)
end

--- Writes the files that nginx and its worker read.
local function prepare(directory, port, download_port, program, given)
  local _, uid = process.run("id -u")
  local here = current_directory()
  local text = conf.write({
    port = port,
    download_port = download_port,
    modules = program.modules,
    is_root = tonumber(uid) == 0,
    access_log = given.access_log and given.access_log:gsub("^[^/]", here .. "/%0"),
    directory = here,
  })
  local settings = {
    emulator = given.emulator,
    owner = process.find("self"),
    download_port = download_port,
    download_url = download_url(download_port),
  }
  local ok, message = process.write_file(directory .. "/settings.json", json.encode(settings))
  if not ok then return nil, message end
  return process.write_file(directory .. "/nginx.conf", text)
end

--- The reason in nginx's log for the failed start.
local function reason_in(directory)
  local log = process.read_file(directory .. "/start.log") or ""
  return log:match("%[emerg%] ([^\n]+)") or log:match("%[error%] (.+)") or log
end

--- Starts nginx; returns when it listens in the background.
local function launch(directory, program)
  local quoted = process.quote(directory)
  local arguments = string.format("-p %s -c %s/nginx.conf -e error.log", quoted, quoted)
  -- The search paths are in the configuration; those of another Lua must not get in.
  local command = "env -u LUA_PATH -u LUA_CPATH %s %s </dev/null >%s/start.log 2>&1"
  local ok = process.run(command:format(process.quote(program.path), arguments, quoted))
  if not ok then return nil, reason_in(directory) end
  -- The pid is written just after the command has returned.
  local master = process.wait_until(START_TIMEOUT, function()
    local pid = tonumber(process.read_file(directory .. "/nginx.pid"))
    return pid and process.find(pid)
  end)
  if not master then return nil, "nginx did not stay alive: " .. reason_in(directory) end
  return master
end

local function start_on(port, program, given)
  local directory, problem = create_directory()
  if not directory then return nil, problem end
  local download_port = second_port(port)
  local ok, message = prepare(directory, port, download_port, program, given)
  local master
  if ok then
    master, message = launch(directory, program)
  end
  if not master then
    remove(directory)
    return nil, message
  end
  return setmetatable({
    url = string.format("http://127.0.0.1:%d/client/v4", port),
    port = port,
    download_url = download_url(download_port),
    admin_url = string.format("http://127.0.0.1:%d/_emulator", port),
    pid = master.pid,
    process = master,
    directory = directory,
  }, Server)
end

--- Stops the server and waits for its end; a second call does nothing.
function Server:stop()
  if self.stopped then return end
  self.stopped = true
  process.terminate(self.process, STOP_TIMEOUT)
  remove(self.directory)
end

Server.__gc = Server.stop

local function start_anywhere(program, given)
  local message
  for _ = 1, PORT_ATTEMPTS do
    local port = ports.random()
    if not ports.is_taken(port) then
      local server, problem = start_on(port, program, given)
      if server then return server end
      message = problem
      if not message:find("Address already in use", 1, true) then break end
    end
  end
  return failure(
    "start_failed",
    "the emulator's server did not start: " .. (message or "no free port")
  )
end

--- Starts a server. Options of the emulator may stand among those of the server. Misuse raises;
--- runtime failures are returned.
---@param given? rtk.EmulatorServerOptions|rtk.EmulatorOptions
---@return rtk.EmulatorServer? server
---@return string? message
---@return table? err { kind, message }, kind "nginx_missing", "port_in_use" or "start_failed"
local function start(given)
  local own = check_options(given or {})
  local port = own.port
  local program, missing = program_finder.find(own.nginx)
  if not program then return failure("nginx_missing", missing) end
  if port == 0 then return start_anywhere(program, own) end
  if ports.is_taken(port) then
    return failure("port_in_use", "port " .. port .. " of 127.0.0.1 is already in use")
  end
  local server, message = start_on(port, program, own)
  if server then return server end
  return failure("start_failed", "the emulator's server did not start: " .. message)
end

return { start = start }
