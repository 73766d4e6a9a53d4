-- SPDX-License-Identifier: MIT
-- Serves an emulator over HTTP on 127.0.0.1, with nginx. nginx's start command returns once it
-- listens, so a started server accepts requests at once. Its files are in a private temporary
-- directory, which stop removes. A server also ends when it is collected (where Lua has __gc for
-- tables) and when the process that started it ends.
local launcher = require("rtk.emulator.server.launcher")
local program_finder = require("rtk.emulator.server.program")
local nearest = require("rtk.emulator.util.nearest")
local options = require("rtk.emulator.options")
local ports = require("rtk.emulator.server.ports")

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

local function check_names(given)
  if type(given) ~= "table" then error("the options of a server must be a table", 4) end
  local known = options.names()
  for name in pairs(KNOWN) do
    known[name] = true
  end
  for name in pairs(given) do
    if not known[name] then
      local clause = nearest.clause(name, known)
      error(string.format("server option %q does not exist%s", tostring(name), clause), 4)
    end
  end
end

local function check_options(given)
  check_names(given)
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

local function start_on(port, program, given)
  local launch, message = launcher.start(port, program, given)
  if not launch then return nil, message end
  return setmetatable({
    url = string.format("http://127.0.0.1:%d/client/v4", port),
    port = port,
    download_url = launch.download_url,
    admin_url = string.format("http://127.0.0.1:%d/_emulator", port),
    pid = launch.process.pid,
    process = launch.process,
    directory = launch.directory,
  }, Server)
end

--- Stops the server and waits for its end; a second call does nothing.
function Server:stop()
  if type(self) ~= "table" then error("call server:stop with a colon, not with a dot", 2) end
  if self.stopped then return end
  self.stopped = true
  launcher.stop(self)
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
