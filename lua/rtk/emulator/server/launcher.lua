-- SPDX-License-Identifier: MIT
-- Launches nginx for one emulator: a private directory with its configuration and the settings of
-- its worker, and the process that runs there.
local conf = require("rtk.emulator.server.conf")
local json = require("rtk.emulator.util.json")
local ports = require("rtk.emulator.server.ports")
local process = require("rtk.emulator.server.process")

---@class rtk.emulator.Launch
---@field directory string
---@field download_url string
---@field process { pid: integer, started: string } of the nginx master

local launcher = {}

-- Seconds, far more than a start and a stop take.
local START_TIMEOUT, STOP_TIMEOUT = 60, 30

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
local function run(directory, program)
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

--- Starts nginx on a port.
---@param port integer
---@param program { path: string, modules: string[] } from rtk.emulator.server.program
---@param given rtk.EmulatorServerOptions
---@return rtk.emulator.Launch? launch
---@return string? message
function launcher.start(port, program, given)
  local directory, problem = create_directory()
  if not directory then return nil, problem end
  local download_port = ports.free_besides(port)
  local ok, message = prepare(directory, port, download_port, program, given)
  local master
  if ok then
    master, message = run(directory, program)
  end
  if not master then
    remove(directory)
    return nil, message
  end
  return { directory = directory, download_url = download_url(download_port), process = master }
end

--- Stops nginx, waits for its end and removes its directory.
---@param launch { directory: string, process: { pid: integer, started: string } }
function launcher.stop(launch)
  process.terminate(launch.process, STOP_TIMEOUT)
  remove(launch.directory)
end

return launcher
