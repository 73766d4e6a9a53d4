-- SPDX-License-Identifier: MIT
-- A private temporary directory for a test server, and the few ways in which
-- specs use the shell. Whoever makes a directory removes it.

local workdir = {}

--- Quotes a text for the shell.
---@param text string
---@return string
function workdir.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a command; raises with its output if it fails.
---@param command string
---@return string output
function workdir.run(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1; echo $?"))
  local output = pipe:read("*a")
  pipe:close()
  local text, status = output:match("^(.-)(%d+)\n$")
  if status ~= "0" then error(command .. ": " .. (text or output), 2) end
  return text
end

--- Makes an empty directory and returns its path.
---@return string path
function workdir.new()
  return (workdir.run("mktemp -d /tmp/rtk-spec.XXXXXX"):gsub("\n", ""))
end

--- Removes a directory made by new.
---@param path string
function workdir.remove(path)
  assert(path:find("^/tmp/rtk%-spec%."))
  workdir.run("rm -rf " .. workdir.quote(path))
end

--- The contents of a file, or "" if there is none.
---@param path string
---@return string
function workdir.read(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local text = file:read("*a")
  file:close()
  return text
end

--- Writes a file.
---@param path string
---@param text string
function workdir.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

return workdir
