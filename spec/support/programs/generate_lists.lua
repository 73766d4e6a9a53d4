-- SPDX-License-Identifier: MIT
-- Writes the files that list what a build cannot glob: the rockspecs, of this version and of what
-- is in development, from their template, and the Lua files in src/bundle_data.S. `make lists` runs
-- it; spec/project compares them with the tree.
--
--   lua5.4 spec/support/programs/generate_lists.lua

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local TEMPLATE, BUNDLE = "rockspec/rtk.rockspec.in", "src/bundle_data.S"

-- Files of one kind, in an order that no locale changes.
local function files(where, pattern)
  return shell.lines(("find %s -name '%s' | LC_ALL=C sort"):format(where, pattern))
end

-- The emulator needs files and lua-cjson anyway, and editors read types from files.
local function is_bundled(file)
  return not file:find("^lua/rtk/emulator/") and not file:find("/types%.lua$")
end

local function module_of(file)
  return (file:match("^lua/(.*)%.lua$"):gsub("/", "."))
end

local function sources()
  local lines = {}
  for _, file in ipairs(files("src", "*.[cS]")) do
    lines[#lines + 1] = ('        "%s",'):format(file)
  end
  return table.concat(lines, "\n")
end

local function modules()
  local lines = {}
  for _, file in ipairs(files("lua", "*.lua")) do
    lines[#lines + 1] = ('    ["%s"] = "%s",'):format(module_of(file), file)
  end
  return table.concat(lines, "\n")
end

-- The rockspec of a version, and what of the repository it builds.
local function rockspec(version, reference)
  return (
    shell.read(TEMPLATE):gsub("@(%l+)@", {
      version = version .. "-1",
      reference = reference,
      sources = sources(),
      modules = modules(),
    })
  )
end

local function bundle()
  local lines = {}
  for _, file in ipairs(files("lua", "*.lua")) do
    if is_bundled(file) then lines[#lines + 1] = ('        file "%s"\n'):format(file:sub(5)) end
  end
  local text = shell.read(BUNDLE)
  local _, start = text:find("\n        object rtk_files\n", 1, true)
  local stop = assert(text:find("        .section .rodata.rtk_files", start, true))
  return text:sub(1, start) .. table.concat(lines) .. text:sub(stop)
end

local version = shell.read("src/rtk.h"):match('#define RTK_VERSION "([%d.]+)"')

local lists = {
  --- The files, and functions that give the text that each has in this tree.
  ---@type table<string, fun(): string>
  files = {
    ["rockspec/rtk-scm-1.rockspec"] = function()
      return rockspec("scm", 'branch = "main"')
    end,
    ["rockspec/rtk-" .. version .. "-1.rockspec"] = function()
      return rockspec(version, ('tag = "v%s"'):format(version))
    end,
    [BUNDLE] = bundle,
  },
}

if arg and arg[0] and arg[0]:find("generate_lists%.lua$") then
  for file, text in pairs(lists.files) do
    workdir.write(file, text())
  end
end

return lists
