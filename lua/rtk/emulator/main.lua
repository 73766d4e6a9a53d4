-- SPDX-License-Identifier: MIT
-- The rtk-emulator command. Starts the server in the foreground, prints the environment that points
-- a client at it, and stops it on interrupt. With a command, it runs the command in that
-- environment instead and exits with its status.
--
-- Usage: rtk-emulator [--port N] [--app-id ID] [--documented] [-- COMMAND ...]
local emulator = require("rtk.emulator")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")

-- Seconds between two checks of nginx.
local WATCH_INTERVAL = 2

local USAGE = "usage: rtk-emulator [--port N] [--app-id ID] [--documented] [-- COMMAND ...]\n"

local function quoted_from(arguments, first)
  local words = {}
  for index = first, #arguments do
    words[#words + 1] = process.quote(arguments[index])
  end
  return table.concat(words, " ")
end

local function is_port(text)
  local number = tonumber(text)
  return number ~= nil and number % 1 == 0 and number >= 0 and number < 65536
end

local function read_arguments(arguments)
  local given, index = { port = 0, emulator = {} }, 1
  while arguments[index] do
    local name, value = arguments[index], arguments[index + 1]
    if name == "--" and value then
      given.command = quoted_from(arguments, index + 1)
      return given
    elseif name == "--documented" then
      given.emulator.documented = true
      index = index + 1
    elseif name == "--port" and is_port(value) then
      given.port, index = tonumber(value), index + 2
    elseif name == "--app-id" and value then
      given.emulator.app_id, index = value, index + 2
    else
      return nil
    end
  end
  return given
end

-- The variables that point a client at the server, as assignments for sh.
local function environment(running, given)
  local good = emulator.new(given.emulator)
  return {
    "CLOUDFLARE_BASE_URL=" .. process.quote(running.url),
    "CLOUDFLARE_API_TOKEN=" .. process.quote(good.api_token),
    "CLOUDFLARE_ACCOUNT_ID=" .. process.quote(good.account_id),
    "REALTIMEKIT_APP_ID=" .. process.quote(good.app_id),
  }
end

local function print_environment(assignments)
  for _, assignment in ipairs(assignments) do
    io.stdout:write("export ", assignment, "\n")
  end
  io.stdout:flush()
end

--- Runs a command in the environment and returns its exit status.
local function run(command, assignments)
  local ok, how, status = os.execute(table.concat(assignments, " ") .. " " .. command)
  -- Lua 5.1 returns the status of wait(2) alone.
  if type(ok) == "number" then return math.floor(ok / 256) % 256 end
  return how == "exit" and status or 1
end

--- Waits for an interrupt or the end of nginx.
local function wait(running)
  local command = "sleep " .. WATCH_INTERVAL
  while process.is_alive(running.process) do
    local ok = os.execute(command)
    if ok ~= true and ok ~= 0 then return end
  end
end

local function main(arguments)
  if arguments[1] == "--help" or arguments[1] == "-h" then
    io.stdout:write(USAGE)
    return 0
  end
  local given = read_arguments(arguments)
  if not given then
    io.stderr:write(USAGE)
    return 2
  end
  local running, message = server.start({ port = given.port, emulator = given.emulator })
  if not running then
    io.stderr:write(message, "\n")
    return 1
  end
  local assignments, status = environment(running, given), 0
  if given.command then
    status = run(given.command, assignments)
  else
    print_environment(assignments)
    wait(running)
  end
  running:stop()
  return status
end

os.exit(main(arg))
