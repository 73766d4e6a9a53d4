-- SPDX-License-Identifier: MIT
-- Runs commands for specs, and reads files.

local shell = {}

--- Quotes a word for sh.
---@param word string
---@return string
function shell.quote(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

--- Runs a command; its standard error is part of the output.
---@param command string for sh
---@return string output without white space at its end
---@return integer status
function shell.run(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1; status=$?; echo; echo $status"))
  local text = pipe:read("*a")
  pipe:close()
  local output, status = text:match("^(.*)\n(%d+)\n$")
  return (output:gsub("%s+$", "")), tonumber(status)
end

--- Runs a command that must succeed.
---@param command string
---@return string output
function shell.check(command)
  local output, status = shell.run(command)
  assert(status == 0, command .. "\n" .. output)
  return output
end

--- The lines of a text that are not empty.
---@param text string
---@return string[]
function shell.split(text)
  local lines = {}
  for line in text:gmatch("[^\n]+") do
    lines[#lines + 1] = line
  end
  return lines
end

--- The lines that a command prints.
---@param command string
---@return string[]
function shell.lines(command)
  return shell.split(shell.check(command))
end

--- The contents of a file.
---@param name string
---@return string
function shell.read(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The program that runs the specs, to run scripts in the same way.
---@return string command
function shell.interpreter()
  local index = 0
  while arg[index - 1] do
    index = index - 1
  end
  return arg[index]
end

--- Runs a script in a process of its own, in the way that the specs run.
---@param script string
---@param before? string commands for the shell
---@return string output
function shell.lua_output(script, before)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(script)
  file:close()
  local output, status = shell.run((before or "") .. shell.interpreter() .. " " .. name)
  os.remove(name)
  assert(status == 0, output)
  return output
end

--- The name of the Lua that runs the specs, as pkg-config knows it.
---@return string
function shell.lua()
  return rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("[%d.]+")
end

return shell
