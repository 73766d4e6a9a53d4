-- SPDX-License-Identifier: MIT
-- Libraries that stand before others in a process (LD_PRELOAD), to bring about what those do
-- seldom.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local shim = {}

--- Builds one.
---@param directory string where its source and it are written
---@param name string of its file, without suffix
---@param source string C
---@param options? string for the compiler
---@return string library its path
function shim.build(directory, name, source, options)
  local path = directory .. "/" .. name
  workdir.write(path .. ".c", source)
  local cc = "cc -D_GNU_SOURCE -w -shared -fPIC -o %s.so %s.c %s"
  shell.check(cc:format(path, path, options or ""))
  return path .. ".so"
end

--- What puts a library before the others, to be written before a command.
---@param library string its path
---@return string environment
function shim.before(library)
  -- AddressSanitizer would rather be loaded first.
  return "ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=" .. library .. " "
end

return shim
