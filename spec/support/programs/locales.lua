-- SPDX-License-Identifier: MIT
-- Makes locales in a directory, in which host programs may run: with decimal commas, with a Turkish
-- i, with letters and control characters above ASCII.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local locales = {}

-- By name, which localedef derives from the language and the character set.
local made = {
  ["de_DE.UTF-8"] = { "de_DE", "UTF-8" },
  de_DE = { "de_DE", "ISO-8859-1" },
  ["tr_TR.UTF-8"] = { "tr_TR", "UTF-8" },
  tr_TR = { "tr_TR", "ISO-8859-9" },
}

--- The names of the locales.
---@return string[]
function locales.names()
  local names = {}
  for name in pairs(made) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- Makes them. The caller removes the directory.
---@return string directory for LOCPATH
function locales.make()
  local directory = workdir.new()
  for name, parts in pairs(made) do
    local target = shell.quote(directory .. "/" .. name)
    -- Its status is not 0 where it warns.
    shell.run(("localedef -c -i %s -f %s %s"):format(parts[1], parts[2], target))
    shell.check("test -d " .. target)
  end
  return directory
end

--- Runs a Lua program in a locale: it is set for the whole process.
---@param directory string
---@param name string
---@param script string
---@param arguments? string words for the shell
---@return string output
function locales.run(directory, name, script, arguments)
  local set = ("assert(os.setlocale(%q), %q)\n"):format(name, "there is no locale " .. name)
  local file = os.tmpname()
  workdir.write(file, set .. script)
  -- glibc never frees what it makes of LOCPATH; a leak sanitizer has to look away.
  local before = "ASAN_OPTIONS=detect_leaks=0 LOCPATH=" .. shell.quote(directory) .. " "
  local command = before .. shell.interpreter() .. " " .. file .. " " .. (arguments or "")
  local output, status = shell.run(command)
  os.remove(file)
  assert(status == 0, output)
  return output
end

return locales
