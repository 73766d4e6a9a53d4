-- SPDX-License-Identifier: MIT
-- Checks imports against the table of layers in lua/rtk/README.md: a file may import files of its
-- own layer and of the layers below, and neither files nor folders import each other in a cycle.
-- Files are passed as texts by path, so a spec can add made-up
-- ones.

local guides = require("spec.support.data.guides")
local lists = require("rtk.emulator.util.lists")

local layers = {}

---@class spec.Layer
---@field name string
---@field paths string[] files and folders, from the top of the tree

--- Reads the table of layers, from the top layer to the lowest.
---@param guide string the guide's path
---@param text string the guide's text
---@return spec.Layer[]
function layers.read(guide, text)
  local rows = {}
  local body =
    assert(text:match("\n| layer | files | job |\n[| -]+\n(.-)\n\n"), "no table of layers")
  for name, files in body:gmatch("| ([^|]+) | ([^|]+) | [^|]+ |") do
    local paths = {}
    for target in files:gmatch("%]%(([^)]+)%)") do
      paths[#paths + 1] = (guides.resolve(guide, target):gsub("/README%.md$", ""))
    end
    rows[#rows + 1] = { name = name, paths = paths }
  end
  return rows
end

-- The number of a file's layer: the longest path in the table that the file is, or lies below.
local function layer_of(rows, file)
  local found, longest = nil, 0
  for index, row in ipairs(rows) do
    for _, path in ipairs(row.paths) do
      local is_in = file == path or file:sub(1, #path + 1) == path .. "/"
      if is_in and #path > longest then
        found, longest = index, #path
      end
    end
  end
  return found
end

local function lua_file(files, module)
  local path = "lua/" .. module:gsub("%.", "/")
  return files[path .. ".lua"] and path .. ".lua"
    or files[path .. "/init.lua"] and path .. "/init.lua"
end

local function required(files, text)
  local found = {}
  for module in text:gsub("%-%-[^\n]*", ""):gmatch('require%(?%s*"([%w_.]+)"') do
    found[#found + 1] = lua_file(files, module) or nil
  end
  return found
end

local function header_file(files, from, name)
  local sibling = from:match("^(.*/)") .. name
  return files[sibling] and sibling or files["src/" .. name] and "src/" .. name
end

local function included(files, path, text)
  local found = {}
  for name in text:gmatch('#include "([^"]+)"') do
    found[#found + 1] = header_file(files, path, name) or nil
  end
  return found
end

--- The imports of each file that are files of the tree too.
---@param files table<string, string> texts by path
---@return table<string, string[]> imported paths by importing path
function layers.imports(files)
  local imports = {}
  for path, text in pairs(files) do
    imports[path] = path:find("%.lua$") and required(files, text) or included(files, path, text)
  end
  return imports
end

-- Adds a problem for each import that leads back to a file of the current path.
local function find_cycles(imports, path, state, problems)
  state[path] = "open"
  for _, imported in ipairs(imports[path] or {}) do
    if state[imported] == "open" then
      problems[#problems + 1] = ("%s and %s import each other in a cycle"):format(path, imported)
    elseif not state[imported] then
      find_cycles(imports, imported, state, problems)
    end
  end
  state[path] = "done"
end

-- The roots hold what is above all of their folders beside what is below them.
local is_root = { ["lua/rtk"] = true, ["lua/rtk/emulator"] = true, ["src"] = true }

local function folder_of(path)
  return path:match("^(.*)/")
end

-- The folders that each folder imports from.
local function folder_imports(imports, paths)
  local found = {}
  for _, path in ipairs(paths) do
    local folder = folder_of(path)
    found[folder] = found[folder] or {}
    for _, imported in ipairs(imports[path]) do
      local other = folder_of(imported)
      if other ~= folder and not is_root[other] then found[folder][other] = true end
    end
  end
  for folder, others in pairs(found) do
    found[folder] = lists.sorted_keys(others)
  end
  return found
end

local function add_cycles(imports, names, problems)
  local state = {}
  for _, name in ipairs(names) do
    if not state[name] then find_cycles(imports, name, state, problems) end
  end
end

local EMULATOR = "lua/rtk/emulator/"

-- The emulator may use the client only as every program does: require("rtk").
local function emulator_problem(path, imported)
  local is_emulator = path:sub(1, #EMULATOR) == EMULATOR
  local is_own = imported:sub(1, #EMULATOR) == EMULATOR
  if is_emulator and not is_own and imported ~= "lua/rtk/init.lua" then
    return path .. " of the emulator imports the client's " .. imported
  elseif is_own and not is_emulator then
    return path .. " imports the emulator's " .. imported
  end
end

local function layer_problem(rows, path, imported)
  local own, other = layer_of(rows, path), layer_of(rows, imported)
  if own and other and other < own then
    local text = "%s (%s) imports %s of a higher layer (%s)"
    return text:format(path, rows[own].name, imported, rows[other].name)
  end
end

--- What is wrong with the imports of these files.
---@param files table<string, string> texts by path
---@param rows spec.Layer[]
---@return string[] problems
function layers.problems(files, rows)
  local imports, problems = layers.imports(files), {}
  local paths = lists.sorted_keys(files)
  local folders = folder_imports(imports, paths)
  add_cycles(imports, paths, problems)
  add_cycles(folders, lists.sorted_keys(folders), problems)
  for _, path in ipairs(paths) do
    if not layer_of(rows, path) and path:sub(1, #EMULATOR) ~= EMULATOR then
      problems[#problems + 1] = path .. " belongs to no layer"
    end
    for _, imported in ipairs(imports[path]) do
      problems[#problems + 1] = emulator_problem(path, imported)
      problems[#problems + 1] = layer_problem(rows, path, imported)
    end
  end
  return problems
end

return layers
