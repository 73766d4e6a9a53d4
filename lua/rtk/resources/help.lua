-- SPDX-License-Identifier: MIT
-- Lists the methods of a value, one line each, for a person at a prompt.
--
-- What a method does is said once, in the comment above it, which is read when help is asked for:
-- from the file that the method was loaded from, or from the text of the Lua layer in rtk.so.

local core = require("rtk.core")

local help = {}

-- Without the debug library methods are listed by name alone.
local debug, io = core.globals.debug or {}, core.globals.io
local getinfo = debug.getinfo
local library = getinfo and getinfo(1, "S").source:match("^(.*)resources/help%.lua$")

-- The text of a file of rtk; nil if it is not one.
local function text_of(file)
  local opened = io and library and io.open((library .. file):sub(2))
  if not opened then return core.source("rtk/" .. file) end
  local text = opened:read("*a")
  opened:close()
  return text
end

local function lines_of(file)
  local lines = {}
  for line in (text_of(file) or ""):gmatch("([^\n]*)\n") do
    lines[#lines + 1] = line
  end
  return lines
end

-- The number of the line on which a method is declared: classes in one file may have methods of the
-- same name, so it is the nearest to where the method was loaded from.
local function declaration(lines, name, expected)
  local found
  for number, line in ipairs(lines) do
    local is_nearer = not found or math.abs(number - expected) < math.abs(found - expected)
    if is_nearer and line:find("^function [A-Za-z]+[.:]" .. name .. "%(") then found = number end
  end
  return found
end

local function parameters(lines, number)
  local text = table.concat(lines, " ", number, math.min(number + 10, #lines))
  return text:match("%b()"):gsub(" +", " "):gsub("%( ", "("):gsub(" %)", ")")
end

-- The first sentence of the comment above a line, with the operation.
local function summary(lines, number)
  local words = {}
  while (lines[number - 1] or ""):find("^%-%-%-") do
    number = number - 1
    local line = lines[number]:match("^%-%-%- (.*)$")
    if line then table.insert(words, 1, line) end
  end
  local text = table.concat(words, " ") .. " "
  local operation = text:match("[A-Z]+ /[^ ]+")
  local sentence = text:match("^(.-)[.:] ") or text:match("^(.-) ?$")
  return operation and sentence .. ": " .. operation or sentence
end

-- How a method is called, and what it does.
local function describe(prefix, name, method)
  if not getinfo then return { prefix .. name, "" } end
  local info = getinfo(method, "S")
  local lines = lines_of(info.source:sub(#library + 1))
  local number = declaration(lines, name, info.linedefined)
  if not number then return { prefix .. name, "" } end
  return { prefix .. name .. parameters(lines, number), summary(lines, number) }
end

local function add_methods(rows, prefix, methods)
  local names = {}
  for name, method in next, methods do
    local is_public = type(method) == "function" and name:sub(1, 1) ~= "_"
    if is_public then names[#names + 1] = name end
  end
  table.sort(names, core.before)
  for _, name in ipairs(names) do
    rows[#rows + 1] = describe(prefix, name, methods[name])
  end
end

-- What a resource is for, as the head of its file says.
local function add_resources(rows, prefix, names)
  for _, name in ipairs(names) do
    local head = lines_of("resources/" .. name .. ".lua")[2] or ""
    rows[#rows + 1] = { prefix .. name, (head:gsub("^%-%- ?", "")) }
  end
end

local function format(rows)
  local width, lines = 0, {}
  for _, row in ipairs(rows) do
    width = math.max(width, #row[1])
  end
  for index, row in ipairs(rows) do
    lines[index] = (row[1] .. (" "):rep(width - #row[1]) .. "  " .. row[2]):gsub(" +$", "")
  end
  return table.concat(lines, "\n")
end

-- What an object is called in code: "rtk.SessionParticipant" is a session_participant.
local function variable(name)
  return core.lower(name:gsub("^rtk%.", ""):gsub("([a-z])([A-Z])", "%1_%2"))
end

--- Lists the functions of a module.
---@param prefix string such as "rtk."
---@param functions table<string, any> by name
---@return string text
function help.functions(prefix, functions)
  local rows = {}
  add_methods(rows, prefix, functions)
  return format(rows)
end

--- Lists the methods of a value.
---@param value any
---@return string? text nil when it is nothing of rtk that has methods
function help.of(value)
  local metatable = getmetatable(value)
  if type(metatable) ~= "table" then return nil end
  -- Plain data of a reply has none.
  local methods = rawget(metatable, "__methods") or rawget(metatable, "__response") and {}
  if not methods then return nil end
  local rows = {}
  local prefix = metatable.__prefix or variable(metatable.__name)
  add_methods(rows, prefix .. ":", methods)
  add_resources(rows, prefix .. ".", metatable.__members or {})
  local head = metatable.__prefix or tostring(value)
  return rows[1] and head .. "\n" .. format(rows) or head .. " has no methods"
end

return help
