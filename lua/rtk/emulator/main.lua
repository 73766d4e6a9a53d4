-- SPDX-License-Identifier: MIT
-- The rtk-emulator command. Starts the server in the foreground, prints the environment that points
-- a client at it, and stops it on interrupt. With a command, it runs the command in that
-- environment instead and exits with its status.
local browser = require("rtk.emulator.server.browser")
local command_line = require("rtk.emulator.server.command_line")
local emulator = require("rtk.emulator")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")

-- Seconds between two checks of nginx.
local WATCH_INTERVAL = 2

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

local function open_page(running)
  local ok, problem = browser.open(("http://127.0.0.1:%d/"):format(running.port))
  if not ok then io.stderr:write(problem, "\n") end
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
    io.stdout:write(command_line.USAGE)
    return 0
  end
  local given, problem = command_line.read(arguments)
  if not given then
    io.stderr:write(command_line.USAGE, "rtk-emulator: ", problem, "\n")
    return 2
  end
  local running, message = server.start({ port = given.port, emulator = given.emulator })
  if not running then
    io.stderr:write(message, "\n")
    return 1
  end
  if given.opens_page then open_page(running) end
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
