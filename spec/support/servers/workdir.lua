-- SPDX-License-Identifier: MIT
-- Temporary directories for specs and test servers, and files in them. The code that makes a
-- directory removes it.

local shell = require("spec.support.servers.shell")

local workdir = {}

--- Makes an empty directory and returns its path.
---@return string path
function workdir.new()
  return shell.check("mktemp -d /tmp/rtk-spec.XXXXXX")
end

--- Removes a directory made by new.
---@param path string
function workdir.remove(path)
  assert(path:find("^/tmp/rtk%-spec%."))
  shell.check("rm -rf " .. shell.quote(path))
end

--- The contents of a file, or "" if there is none.
---@param path string
---@return string
function workdir.read(path)
  local exists, text = pcall(shell.read, path)
  return exists and text or ""
end

--- The lines of a file that have something in them.
---@param path string
---@return string[]
function workdir.lines(path)
  return shell.split(workdir.read(path))
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
