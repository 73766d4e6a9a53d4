-- SPDX-License-Identifier: MIT
-- Reads the annotations of Lua sources: the functions with their comments, and the classes with
-- their fields. Sources are formatted, so the `end` of a function stands below its beginning.

local shell = require("spec.support.servers.shell")

local annotations = {}

---@class spec.AnnotatedFunction
---@field place string path:line
---@field owner? string the table that it is a field of
---@field is_method boolean
---@field parameters string[] of the signature
---@field documented { name: string, type: string }[] the ---@param lines
---@field returns string[] the ---@return lines
---@field has_comment boolean whether it has a comment with ---
---@field body string[] lines

local function names_in(text)
  local names = {}
  for name in text:gmatch("[%w_.]+") do
    names[#names + 1] = name
  end
  return names
end

-- The lines of the body, up to the `end` with the indentation of the function.
local function body_of(lines, first, indentation)
  local body = {}
  for index = first, #lines do
    if lines[index]:find("^" .. indentation .. "end") then break end
    body[#body + 1] = lines[index]
  end
  return body
end

-- "function a.b:c(d, e)", with local or assigned, on one line or several.
local function signature_at(lines, index)
  local line = lines[index]
  local indentation, name, rest = line:match("^(%s*)l?o?c?a?l? ?function ([%w_.:]+)(%(.*)$")
  if not name then
    indentation, name, rest = line:match("^(%s*)([%w_.]+) = function(%(.*)$")
  end
  if not name then return nil end
  local parameters = rest:match("^%(([^()]*)%)")
  return parameters and { indentation = indentation, name = name, parameters = parameters }
end

local function read_comment(lines, first, last)
  local documented, returns = {}, {}
  for index = first, last do
    local name, type_text = lines[index]:match("^%s*%-%-%-@param ([%w_.]+%??) (.*)$")
    if name then documented[#documented + 1] = { name = name, type = type_text } end
    returns[#returns + 1] = lines[index]:match("^%s*%-%-%-@return (.*)$")
  end
  return documented, returns
end

local function add_functions(functions, path, lines)
  local first
  for index, line in ipairs(lines) do
    if line:find("^%s*%-%-%-") then
      first = first or index
    else
      local signature = signature_at(lines, index)
      if signature then
        local documented, returns = read_comment(lines, first or index, index - 1)
        functions[#functions + 1] = {
          place = path .. ":" .. index,
          owner = signature.name:match("^(.*)[.:]"),
          is_method = signature.name:find(":", 1, true) ~= nil,
          parameters = names_in(signature.parameters),
          documented = documented,
          returns = returns,
          has_comment = first ~= nil,
          body = body_of(lines, index + 1, signature.indentation),
        }
      end
      first = nil
    end
  end
end

-- The names that a source adds to the class: by annotation, by function, by assignment to self.
local function add_classes(classes, path, lines)
  local class, by_variable, pending = nil, {}, nil
  for _, line in ipairs(lines) do
    local name, base = line:match("^%s*%-%-%-@class ([%w_.]+)[<>%w]*:? ?([%w_.]*)")
    if name then
      class = classes[name] or { fields = {}, bases = {} }
      classes[name], pending = class, class
      if base ~= "" then class.bases[#class.bases + 1] = base end
    end
    local rest = line:match("^%s*%-%-%-@field (.*)$")
    rest = rest and rest:gsub("^package ", ""):gsub("^private ", ""):gsub("^protected ", "")
    local field = rest and (rest:match('^%["([%w_]+)"%]') or rest:match("^([%w_]+)"))
    if field and class then class.fields[field] = rest:match("^%S+ (.*)$") end
    local variable = line:match("^local (%w+) = ")
    if variable and pending then by_variable[variable] = pending end
    if not line:find("^%s*%-%-") then pending = nil end
    local owner, member = line:match("^function (%w+)[.:]([%w_]+)")
    if not owner then
      owner, member = line:match("^(%w+)%.([%w_]+) = ")
    end
    if owner and by_variable[owner] then by_variable[owner].fields[member] = "function" end
  end
  return path
end

local function lines_of(path)
  local lines = {}
  for line in shell.read(path):gmatch("([^\n]*)\n") do
    lines[#lines + 1] = line
  end
  return lines
end

--- The functions of Lua sources.
---@param paths string[]
---@return spec.AnnotatedFunction[]
function annotations.functions(paths)
  local functions = {}
  for _, path in ipairs(paths) do
    add_functions(functions, path, lines_of(path))
  end
  return functions
end

--- The classes of Lua sources by name, with the fields of their bases.
---@param paths string[]
---@return table<string, { fields: table<string, string>, bases: string[] }>
function annotations.classes(paths)
  local classes = {}
  for _, path in ipairs(paths) do
    add_classes(classes, path, lines_of(path))
  end
  return classes
end

--- The type of a field in a class or its bases.
---@param classes table as annotations.classes returns it
---@param name string of the class
---@param field string
---@return string? type
function annotations.field(classes, name, field)
  local class = classes[name]
  if not class then return nil end
  if class.fields[field] then return class.fields[field] end
  for _, base in ipairs(class.bases) do
    local found = annotations.field(classes, base, field)
    if found then return found end
  end
  return nil
end

return annotations
