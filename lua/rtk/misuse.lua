-- SPDX-License-Identifier: MIT
-- Raises misuse errors at the line of the user's code that made the mistake.
--
-- A check may be any number of rtk's own functions away from that line, so the level is
-- looked up: it is that of the first Lua function on the stack outside of rtk.

local getinfo = debug.getinfo

local misuse = {}

local library = getinfo(1, "S").source:match("^(.*)misuse%.lua$")

local function is_of_rtk(source)
  return source:sub(1, #library) == library
end

--- Raises `message` with the position of the caller outside of rtk.
---@param message string what is wrong and how to fix it; never a secret
function misuse.raise(message)
  local level = 2
  local info = getinfo(level, "S")
  while info and (info.what == "C" or is_of_rtk(info.source)) do
    level = level + 1
    info = getinfo(level, "S")
  end
  error(message, info and level or 0)
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
