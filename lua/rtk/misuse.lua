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

--- Raises `message` with the position of the caller outside of rtk.
---@param message string what is wrong and how to fix it; never a secret
function misuse.raise(message)
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

--- Raises unless `value` has the type `expected`.
---@param name string the argument, as users know it
---@param value any
---@param expected string a Lua type
function misuse.check(name, value, expected)
  if type(value) ~= expected then
    misuse.raise(name .. " must be a " .. expected .. ", got " .. misuse.describe(value))
  end
end

--- Names the type of a value; the value itself may be a secret.
---@param value any
---@return string description
function misuse.describe(value)
  if value == nil then return "nothing (nil)" end
  if value == "" then return "an empty string" end
  local kind = type(value)
  return (kind == "userdata" and "a userdata (rtk.null?)") or "a " .. kind
end

return misuse
