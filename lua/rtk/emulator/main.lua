-- SPDX-License-Identifier: MIT
--
-- Runs the emulator in the foreground: starts the server, prints the environment that points a
-- client at it, and stops it when interrupted.
--
-- Usage: lua main.lua [--port N] [--app-id ID] [--documented]
local emulator = require("rtk.emulator")
local process = require("rtk.emulator.process")
local server = require("rtk.emulator.server")

-- Seconds between two looks at nginx.
local WATCH_INTERVAL = 2

local USAGE = "usage: main.lua [--port N] [--app-id ID] [--documented]\n"

local function read_arguments(arguments)
  local given, i = { port = 0, emulator = {} }, 1
  while arguments[i] do
    local name, value = arguments[i], arguments[i + 1]
    if name == "--documented" then
      given.emulator.documented = true
      i = i + 1
    elseif name == "--port" and tonumber(value) then
      given.port, i = tonumber(value), i + 2
    elseif name == "--app-id" and value then
      given.emulator.app_id, i = value, i + 2
    else
      return nil
    end
  end
  return given
end

local function print_environment(running, given)
  local good = emulator.new(given.emulator)
  local line = "export %s=%s\n"
  io.stdout:write(line:format("CLOUDFLARE_BASE_URL", process.quote(running.url)))
  io.stdout:write(line:format("CLOUDFLARE_API_TOKEN", process.quote(good.api_token)))
  io.stdout:write(line:format("CLOUDFLARE_ACCOUNT_ID", process.quote(good.account_id)))
  io.stdout:write(line:format("REALTIMEKIT_APP_ID", process.quote(good.app_id)))
  io.stdout:flush()
end

--- Sleeps until a sleep is interrupted or nginx is gone.
local function wait(running)
  local command = "sleep " .. WATCH_INTERVAL
  while process.is_alive(running.process) do
    local ok = os.execute(command)
    if ok ~= true and ok ~= 0 then return end
  end
end

local function main(arguments)
  local given = read_arguments(arguments)
  if not given then
    io.stderr:write(USAGE)
    return 2
  end
  local running, message = server.start(given)
  if not running then
    io.stderr:write(message, "\n")
    return 1
  end
  print_environment(running, given)
  wait(running)
  running:stop()
  return 0
end

os.exit(main(arg))
