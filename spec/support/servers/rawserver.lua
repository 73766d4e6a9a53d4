-- SPDX-License-Identifier: MIT
-- Runs spec/support/programs/rawserver.c, a server that plays scripts of raw bytes, and
-- reads its log. The head of that file lists what a script can do.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local PROGRAM = "build/spec/rawserver"
local SIGTERM = 15

local Rawserver = {}
Rawserver.__index = Rawserver

--- Starts a server. Each argument is the script of one connection, the last
--- one that of all later ones, too.
---@param ... string[]
---@return table server
local function start(...)
  local directory = workdir.new()
  local words = { PROGRAM, directory .. "/log" }
  for i, script in ipairs({ ... }) do
    if i > 1 then words[#words + 1] = "--" end
    for _, word in ipairs(script) do
      words[#words + 1] = tostring(word)
    end
  end
  for i, word in ipairs(words) do
    words[i] = shell.quote(word)
  end
  local pipe = assert(io.popen("exec " .. table.concat(words, " ")))
  local port, pid = assert(pipe:read("*l")):match("^(%d+) (%d+)$")
  return setmetatable({
    directory = directory,
    pipe = pipe,
    pid = tonumber(pid),
    port = tonumber(port),
    url = "http://127.0.0.1:" .. port,
  }, Rawserver)
end

--- The requests so far, as lines "conn n request m METHOD PATH VERSION".
---@return string[]
function Rawserver:requests()
  return workdir.lines(self.directory .. "/log")
end

--- All bytes of the requests so far.
---@return string
function Rawserver:received()
  return workdir.read(self.directory .. "/log.raw")
end

--- Ends the step "await" of all scripts.
function Rawserver:go()
  workdir.write(self.directory .. "/log.go", "")
end

--- Ends it, if it still runs.
function Rawserver:stop()
  if not self.pid then return end
  process.kill(self.pid, SIGTERM)
  self.pipe:close()
  workdir.remove(self.directory)
  self.pid = nil
end

--- Makes a start() whose servers end with each test of the describe around this call.
---@return fun(...: string[]): table start
local function around()
  local busted = require("busted")
  local started = {}
  busted.after_each(function()
    while #started > 0 do
      table.remove(started):stop()
    end
  end)
  return function(...)
    local server = start(...)
    started[#started + 1] = server
    return server
  end
end

return { around = around, start = start }
