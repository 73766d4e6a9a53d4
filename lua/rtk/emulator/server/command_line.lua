-- SPDX-License-Identifier: MIT
-- The command line of rtk-emulator. USAGE lists the options.
local emulator_options = require("rtk.emulator.options")
local nearest = require("rtk.emulator.util.nearest")
local process = require("rtk.emulator.server.process")

local command_line = {}

command_line.USAGE = [[
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

local function quoted_from(words, first)
  local quoted = {}
  for index = first, #words do
    quoted[#quoted + 1] = process.quote(words[index])
  end
  return table.concat(quoted, " ")
end

-- The options with a value: each takes its text, and returns what the value must be if it is not
-- good. What the emulator says of its own options is said by itself.
local with_value = {}

with_value["--port"] = function(given, text)
  local port = tonumber(text)
  if not port or port % 1 ~= 0 or port < 0 or port > 65535 then return "a port number, or 0" end
  given.port = port
end

with_value["--app-id"] = function(given, text)
  given.emulator.app_id = text
end

with_value["--rate-limit"] = function(given, text)
  local quota, window = text:match("^(%d+)/(%d+)$")
  quota, window = tonumber(quota), tonumber(window)
  if not (quota and quota > 0 and window > 0) then return "QUOTA/WINDOW, such as 1200/300" end
  given.emulator.rate_limit = { quota = quota, window = window, block = window }
end

with_value["--duplicate-participants"] = function(given, text)
  given.emulator.duplicate_participants = text
end

with_value["--host"] = function(given, text)
  if text == "" then return "a name" end
  local hosts = given.emulator.hosts or {}
  hosts[#hosts + 1], given.emulator.hosts = text, hosts
end

for option, name in pairs({
  ["--seed"] = "seed",
  ["--start-time"] = "start_time",
  ["--per-page"] = "per_page",
  ["--speed"] = "speed",
}) do
  with_value[option] = function(given, text)
    given.emulator[name] = tonumber(text) or text
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

local KNOWN = { ["--"] = true, ["--help"] = true }
for _, options in ipairs({ with_value, without_value }) do
  for name in pairs(options) do
    KNOWN[name] = true
  end
end

local function unknown(word)
  if word == "--" then return "-- must be followed by a command" end
  if word:sub(1, 1) ~= "-" then return ("%s is no option; a command follows --"):format(word) end
  return ("%s is no option%s"):format(word, nearest.clause(word, KNOWN))
end

-- Reads one option; what is wrong with it, if anything.
local function read_option(given, name, value)
  if not with_value[name] then return unknown(name) end
  if not value or value:sub(1, 2) == "--" then return name .. " needs a value" end
  local expected = with_value[name](given, value)
  return expected and ("%s must be %s"):format(name, expected)
end

-- What the emulator says of its options, with the names that they have here.
local function emulator_problem(given)
  local ok, problem = pcall(emulator_options.read, given.emulator, -1)
  if ok then return nil end
  return (
    problem:gsub('^emulator option "([a-z_]+)"', function(name)
      return "--" .. name:gsub("_", "-")
    end)
  )
end

-- The words, of which --name=value became two.
local function separated(words)
  local all, is_of_command = {}, false
  for _, word in ipairs(words) do
    is_of_command = is_of_command or word == "--"
    local name, value = word:match("^(%-%-[a-z-]+)=(.*)$")
    if is_of_command or not with_value[name or ""] then
      all[#all + 1] = word
    else
      all[#all + 1] = name
      all[#all + 1] = value
    end
  end
  return all
end

--- Reads the words of a command line.
---@param words string[]
---@return { port: integer, emulator: rtk.EmulatorOptions, opens_page?: true, command?: string }?
---given the command is quoted for sh
---@return string? problem
function command_line.read(words)
  local given, index = { port = 0, emulator = {} }, 1
  words = separated(words)
  while words[index] do
    local name, value = words[index], words[index + 1]
    if name == "--" and value then
      given.command = quoted_from(words, index + 1)
      break
    elseif without_value[name] then
      without_value[name](given)
      index = index + 1
    else
      local problem = read_option(given, name, value)
      if problem then return nil, problem end
      index = index + 2
    end
  end
  local problem = emulator_problem(given)
  if problem then return nil, problem end
  return given
end

return command_line
