-- SPDX-License-Identifier: MIT
-- The rtk-emulator command. Starts the server in the foreground, prints the environment that points
-- a client at it, and stops it on interrupt. With a command, it runs the command in that
-- environment instead and exits with its status.
--
-- USAGE below lists the options.
local browser = require("rtk.emulator.server.browser")
local emulator = require("rtk.emulator")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")

-- Seconds between two checks of nginx.
local WATCH_INTERVAL = 2

local USAGE = [[
usage: rtk-emulator [OPTION ...] [-- COMMAND ...]
  --port N                    default: a free port
  --app-id ID                 of the app that every account has
  --documented                answers as the API reference prints them
  --seed N                    ids and tokens follow from it
  --start-time SECONDS        of the clock, since 1970
  --real-time                 the clock follows real time: recordings end by themselves
  --speed N                   the same, N times as fast
  --per-page N                page size where a request names none
  --rate-limit QUOTA/WINDOW   requests of a token in so many seconds
  --duplicate-participants    create, conflict or reuse
  --host NAME                 another name of this server; may come again
  --deliver-anywhere          sends webhooks to other machines, too
  --open                      opens the emulator's page in a browser
  -h, --help                  prints this
]]

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

local function whole(text)
  local number = tonumber(text)
  return number and number % 1 == 0 and number or nil
end

-- The options with a value: each takes its text and returns whether it is good.
local with_value = {}

with_value["--port"] = function(given, text)
  given.port = is_port(text) and tonumber(text) or nil
  return given.port ~= nil
end

with_value["--app-id"] = function(given, text)
  given.emulator.app_id = text
  return true
end

with_value["--rate-limit"] = function(given, text)
  local quota, window = text:match("^(%d+)/(%d+)$")
  if not quota then return false end
  window = tonumber(window)
  given.emulator.rate_limit = { quota = tonumber(quota), window = window, block = window }
  return true
end

with_value["--duplicate-participants"] = function(given, text)
  given.emulator.duplicate_participants = text
  return text == "create" or text == "conflict" or text == "reuse"
end

with_value["--host"] = function(given, text)
  local hosts = given.emulator.hosts or {}
  hosts[#hosts + 1], given.emulator.hosts = text, hosts
  return text ~= ""
end

with_value["--speed"] = function(given, text)
  given.emulator.speed = tonumber(text)
  local speed = given.emulator.speed
  return speed ~= nil and speed > 0 and speed < math.huge
end

for option, name in pairs({
  ["--seed"] = "seed",
  ["--start-time"] = "start_time",
  ["--per-page"] = "per_page",
}) do
  with_value[option] = function(given, text)
    given.emulator[name] = whole(text)
    return given.emulator[name] ~= nil
  end
end

local function is_set(name)
  return function(given)
    given.emulator[name] = true
  end
end

local without_value = {
  ["--documented"] = is_set("documented"),
  ["--real-time"] = is_set("real_time"),
  ["--deliver-anywhere"] = is_set("deliver_anywhere"),
  ["--open"] = function(given)
    given.opens_page = true
  end,
}

local function read_arguments(arguments)
  local given, index = { port = 0, emulator = {} }, 1
  while arguments[index] do
    local name, value = arguments[index], arguments[index + 1]
    if name == "--" and value then
      given.command = quoted_from(arguments, index + 1)
      return given
    elseif without_value[name] then
      without_value[name](given)
      index = index + 1
    elseif with_value[name] and value and with_value[name](given, value) then
      index = index + 2
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
