-- SPDX-License-Identifier: MIT
-- Writes the lists of files that a build cannot glob: the modules and C sources in the rockspec,
-- and the Lua files in src/bundle_data.S. `make lists` runs it; spec/project compares both with
-- the tree.
--
--   lua5.4 spec/support/programs/generate_lists.lua

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local lists = {}

local ROCKSPEC, BUNDLE = "rockspec/rtk-scm-1.rockspec", "src/bundle_data.S"

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

-- Replaces the lines between two, which stay.
local function replace(text, first, last, lines)
  local _, start = text:find(first, 1, true)
  local stop = assert(text:find(last, assert(start, first), true), last)
  return text:sub(1, start) .. "\n" .. table.concat(lines) .. text:sub(stop)
end

--- The rockspec with the lists of this tree.
---@param text string
---@return string
function lists.rockspec(text)
  local sources, modules = {}, {}
  for _, file in ipairs(files("src", "*.[cS]")) do
    sources[#sources + 1] = ('        "%s",\n'):format(file)
  end
  for _, file in ipairs(files("lua", "*.lua")) do
    modules[#modules + 1] = ('    ["%s"] = "%s",\n'):format(module_of(file), file)
  end
  text = replace(text, "      sources = {", "      },\n", sources)
  return replace(text, "    -- The Lua layer in files.", "  },\n", modules)
end

--- The bundle with the list of this tree.
---@param text string
---@return string
function lists.bundle(text)
  local lines = {}
  for _, file in ipairs(files("lua", "*.lua")) do
    if is_bundled(file) then lines[#lines + 1] = ('        file "%s"\n'):format(file:sub(5)) end
  end
  return replace(text, "\nrtk_bundle:", "        .byte 0\n", lines)
end

lists.files = { [ROCKSPEC] = lists.rockspec, [BUNDLE] = lists.bundle }

if arg and arg[0] and arg[0]:find("generate_lists%.lua$") then
  for file, update in pairs(lists.files) do
    workdir.write(file, update(shell.read(file)))
  end
end

return lists
