-- SPDX-License-Identifier: MIT
-- Programs that run Lua themselves, for specs: whether they are installed, what they need to find
-- rtk, and how they are started and stopped.

local emulator_server = require("rtk.emulator.server")
local http = require("socket.http")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local program = {}

local APP = "00000000-0000-4000-8000-000000000001"
local MOST_LOOKS = 2400 -- of 25 ms

--- Whether a program is installed.
---@param name string
---@return boolean
function program.is_installed(name)
  local _, status = shell.run("PATH=$PATH:/usr/sbin command -v " .. name)
  return status == 0
end

--- An emulator whose calls take a while, with a directory.
---@param latency number seconds
---@return table place { url, directory, stop() }
function program.place(latency)
  local emulator = assert(emulator_server.start({}))
  local directory = workdir.new()
  local body = ('{"kind":"latency","delay":%s,"times":100000}'):format(latency)
  assert(http.request(emulator.admin_url .. "/fault", body))
  return {
    url = emulator.url,
    directory = directory,
    stop = function()
      emulator:stop()
      workdir.remove(directory)
    end,
  }
end

--- The environment of a program, for a command of the shell.
---@param place table
---@param lua string whose modules it loads
---@return string
function program.environment(place, lua)
  local folder = shell.check("pwd")
  return table.concat({
    "env CLOUDFLARE_API_TOKEN=t CLOUDFLARE_ACCOUNT_ID=0123456789abcdef0123456789abcdef",
    "REALTIMEKIT_APP_ID=" .. APP,
    "CLOUDFLARE_BASE_URL=" .. place.url,
    "MARKS=" .. place.directory,
    ("LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;%s/?.lua;;'"):format(folder, folder, folder),
    ("LUA_CPATH='%s/build/%s/?.so;;'"):format(folder, lua),
  }, " ")
end

--- Starts a program in the background, and waits until it answers.
---@param command string
---@param place table
---@param answers fun(): any
---@return fun() stop
function program.run(command, place, answers)
  local log = place.directory .. "/log.txt"
  local pid = shell.check(("{ %s >%s 2>&1 </dev/null & echo $!; }"):format(command, log))
  for _ = 1, MOST_LOOKS do
    if answers() then
      return function()
        shell.run(("kill %s; while kill -0 %s; do sleep 0.02; done"):format(pid, pid))
      end
    end
    shell.run("sleep 0.025")
  end
  shell.run("kill " .. pid)
  error(command .. "\n" .. shell.read(log))
end

--- Starts a server in the background, and waits until it answers a URL.
---@param command string
---@param place table
---@param url string
---@return fun() stop
function program.serve(command, place, url)
  return program.run(command, place, function()
    return http.request(url)
  end)
end

--- Waits for a mark of spec/hosts/token.lua in the directory of a place.
---@param place table
---@param name string
function program.await_mark(place, name)
  for _ = 1, MOST_LOOKS do
    if program.has_mark(place, name) then return end
    shell.run("sleep 0.025")
  end
  error(name .. " is not there: " .. shell.read(place.directory .. "/log.txt"))
end

--- Whether a mark is there.
---@param place table
---@param name string
---@return boolean
function program.has_mark(place, name)
  local file = io.open(place.directory .. "/" .. name)
  return file ~= nil and file:close()
end

--- Gets a URL whose handler calls spec/hosts/token.lua, and a ping when it is under way.
---@param place table
---@param url string
---@param ping string
---@return string body
---@return boolean was_answered whether the ping was answered before the calls had ended
function program.get_with_ping(place, url, ping)
  local pipe = assert(io.popen("exec curl -s -m 60 " .. shell.quote(url)))
  program.await_mark(place, "begun")
  assert(http.request(ping))
  local was_answered = not program.has_mark(place, "ended")
  local body = pipe:read("*a")
  pipe:close()
  return body, was_answered
end

--- Runs a server whose /join mints a token, and checks the token.
---@param command string
---@param place table
---@param url string of the server
---@return boolean was_answered whether /ping was answered while the calls for it were under way
function program.check_minting(command, place, url)
  local stop = program.serve(command, place, url .. "ping")
  local ok, token, was_answered = pcall(program.get_with_ping, place, url .. "join", url .. "ping")
  stop()
  place.stop()
  assert(ok, token)
  assert(token:find("^ey"), token)
  return was_answered
end

--- A free port.
---@return integer
function program.port()
  return process.free_ports(1)[1]
end

--- Gets several URLs at once, and another one again and again until they are there.
---@param urls string[]
---@param ping string
---@return string[] bodies
---@return integer pings that were answered meanwhile
function program.get_with_pings(urls, ping)
  local directory, words = workdir.new(), {}
  for index, url in ipairs(urls) do
    words[index] = ("curl -s -m 60 %s >%s/%d &"):format(shell.quote(url), directory, index)
  end
  local command = ([[
    %s
    pings=0
    while [ "$(jobs -r)" ]; do curl -s -m 60 %s >>%s/pings && pings=$((pings + 1)); done
    wait; echo $pings]]):format(table.concat(words, "\n"), shell.quote(ping), directory)
  local pings = tonumber(shell.check("bash -c " .. shell.quote(command)))
  local bodies = {}
  for index = 1, #urls do
    bodies[index] = shell.read(directory .. "/" .. index)
  end
  workdir.remove(directory)
  return bodies, pings
end

return program
