-- SPDX-License-Identifier: MIT
-- A pseudo terminal that files of this process can lead to; util-linux's script keeps it open and
-- logs what is written.
local process = require("rtk.emulator.server.process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- Seconds, on a busy machine.
local START_TIMEOUT = 60

local Terminal = {}
Terminal.__index = Terminal

local terminal = {}

--- Opens a terminal.
---@return table terminal { path, file }: a file that leads to it
function terminal.new()
  local self = setmetatable({ directory = workdir.new() }, Terminal)
  -- The tail ends with the terminal.
  local program = ("tty >%s/tty; exec tail -f %s/tty >/dev/null"):format(
    self.directory,
    self.directory
  )
  local command = "script --quiet --flush --return --command %s %s/log </dev/null >/dev/null 2>&1"
  command = command:format(shell.quote(program), self.directory)
  self.pid = tonumber(shell.check(command .. " & echo $!"))
  assert(process.wait_until(START_TIMEOUT, function()
    self.path = workdir.read(self.directory .. "/tty"):match("^(/dev/%S+)\n")
    return self.path
  end))
  self.file = assert(io.open(self.path, "w"))
  return self
end

--- Sets its width.
---@param columns integer
function Terminal:resize(columns)
  shell.check("stty -F " .. self.path .. " cols " .. columns)
end

--- Waits until a text has been written to it.
---@param text string
function Terminal:wait_for(text)
  assert(process.wait_until(START_TIMEOUT, function()
    return self:output():find(text, 1, true)
  end))
end

--- What was written to it; the terminal puts a carriage return before each line feed.
---@return string
function Terminal:output()
  return (workdir.read(self.directory .. "/log"):gsub("^Script started[^\n]*\n", ""))
end

--- Closes it, and its file.
function Terminal:close()
  -- While anything leads to it, script goes on.
  if io.type(self.file) == "file" then self.file:close() end
  shell.run("kill " .. self.pid)
  workdir.remove(self.directory)
end

return terminal
