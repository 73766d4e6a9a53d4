-- SPDX-License-Identifier: MIT
-- Raises misuse errors at the line of the user's code that made the mistake.
--
-- A check may be any number of rtk's own functions away from that line, so the level is
-- looked up: it is that of the first Lua function on the stack outside of rtk.
--
-- A function that ends in `return client.meetings:get(id)` has left the stack by then. A function
-- of rtk that runs one of the user's has it in a first parameter called user_function, so that
-- its file is known; that of a main chunk is the script. In other coroutines nothing is left.

local core = require("rtk.core")

-- Without the debug library messages have no position.
local debug = core.globals.debug or {}
local getinfo, getlocal = debug.getinfo, debug.getlocal

local misuse = {}

local library = getinfo and getinfo(1, "S").source:match("^(.*)misuse%.lua$")

local function is_of_rtk(source)
  return source:sub(1, #library) == library
end

-- Whether an entry of the stack has a source: in Lua 5.1 those of tail calls have none.
local function has_source(info)
  return info.what == "Lua" or info.what == "main"
end

-- The function of the user's that the function of rtk at a level of the caller's runs.
local function run_at(level)
  local name, value
  if getlocal then
    name, value = getlocal(level + 1, 1)
  end
  if name ~= "user_function" or type(value) ~= "function" then return nil end
  local info = getinfo(value, "S")
  return info.what ~= "C" and ("%s:%d: "):format(info.short_src, info.linedefined) or nil
end

-- The script, if the main program is running and has called rtk in a return statement.
local function script()
  local thread, is_main = coroutine.running()
  local arguments = core.globals.arg
  local name = type(arguments) == "table" and arguments[0]
  if (thread and not is_main) or type(name) ~= "string" then return nil end
  return name .. ": "
end

local HIDDEN = " (called in a return statement, which hides its line)"

local LONGEST = 8192 -- bytes; what an API says is shorter

-- One line: names in a message may come from a visitor of the program.
local function shown(message)
  if #message > LONGEST then message = message:sub(1, LONGEST) .. "..." end
  return (message:gsub("[%z\1-\31\127]+", " "))
end

--- Raises `message` with the position of the caller outside of rtk.
---@param message string what is wrong and how to fix it; never a secret
function misuse.raise(message)
  message = shown(message)
  if not getinfo then error(message, 0) end
  local level = 2
  local info = getinfo(level, "S")
  while info do
    local is_own = has_source(info) and is_of_rtk(info.source)
    if has_source(info) and not is_own then error(message, level) end
    local place = is_own and run_at(level)
    if place then error(place .. message .. HIDDEN, 0) end
    level = level + 1
    info = getinfo(level, "S")
  end
  local name = script()
  error(name and name .. message .. HIDDEN or message, 0)
end

-- Ids that are options, too.
local is_option = { account_id = true, app_id = true }

-- The end of a message about a value that is no id: what callers pass instead.
local function instead_of_id(name, value)
  if type(value) ~= "table" or not name:find("_id$") then return "" end
  if type(rawget(value, "id")) == "string" then return ": pass its id" end
  return is_option[name] and "" or ": ids come first, one after the other, then a table"
end

--- Raises unless `value` has the type `expected`.
---@param name string the argument, as users know it
---@param value any
---@param expected string a Lua type
function misuse.check(name, value, expected)
  if type(value) == expected then return end
  local clause = expected == "string" and instead_of_id(name, value) or ""
  misuse.raise(name .. " must be a " .. expected .. ", got " .. misuse.describe(value) .. clause)
end

-- The name of a kind of objects of ours, such as "rtk.Meeting".
local function name_of(value)
  local metatable = type(value) == "table" and getmetatable(value)
  local name = type(metatable) == "table" and rawget(metatable, "__name")
  return type(name) == "string" and name:find("^rtk%.") and name or nil
end

--- Names the type of a value; the value itself may be a secret.
---@param value any
---@return string description
function misuse.describe(value)
  if value == nil then return "nothing (nil)" end
  if value == "" then return "an empty string" end
  if value == core.null then return "a userdata (rtk.null)" end
  local name = name_of(value)
  return "a " .. type(value) .. (name and " (" .. name .. ")" or "")
end

--- What a function of the program raised, or returned as its reason, as text. Raises nothing,
--- though a __tostring may.
---@param raised any
---@return string
function misuse.text_of(raised)
  if raised == nil then return "an error without a message" end
  local ok, text = pcall(tostring, raised)
  return ok and type(text) == "string" and text or "an error that cannot be shown"
end

--- How many arguments a method takes, besides self.
---@param method function
---@param otherwise integer where Lua cannot tell
---@return integer count
function misuse.arity(method, otherwise)
  local info = getinfo and getinfo(method, "u")
  return info and info.nparams and info.nparams - 1 or otherwise
end

--- Raises because a method got an argument that it would ignore, such as options in a wrong place.
---@param what string the method, as users call it
---@param method function
function misuse.raise_surplus(what, method)
  local names, count = {}, misuse.arity(method, -1)
  if count < 0 then misuse.raise(what .. " got more arguments than it takes") end
  for position = 1, count do
    names[position] = getlocal and getlocal(method, position + 1) or "?"
  end
  misuse.raise(("%s takes no more than (%s)"):format(what, table.concat(names, ", ")))
end

--- The methods of a class for its objects: they raise when they are called with a dot.
---@param class table its objects' metatable, unless `is_own` is given
---@param names string[] of the methods that users call; the others stay as they are
---@param prefix string how messages call an object
---@param is_own? fun(value: any): boolean whether a value is an object of the class
---@return table methods for __index
function misuse.with_colon(class, names, prefix, is_own)
  local methods = {}
  for _, name in ipairs(names) do
    local method = class[name]
    methods[name] = function(self, ...)
      local is_object = getmetatable(self) == class
      if is_own then is_object = is_own(self) end
      if not is_object then
        misuse.raise(("call %s:%s with a colon, not with a dot"):format(prefix, name))
      end
      return method(self, ...)
    end
  end
  return setmetatable(methods, { __index = class })
end

return misuse
