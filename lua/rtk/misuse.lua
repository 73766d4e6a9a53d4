-- SPDX-License-Identifier: MIT
-- Raises programming mistakes at the line of the user's code that made them.
--
-- Calls reach a check through a varying number of rtk's own functions, so the
-- level is not counted but looked up: the first Lua function on the stack that
-- does not belong to rtk is the one to blame.

local getinfo = debug.getinfo

local misuse = {}

local library = getinfo(1, "S").source:match("^(.*)misuse%.lua$")

local function is_ours(source)
  return source:sub(1, #library) == library
end

--- Raises `message` with the position of the caller outside of rtk.
---@param message string what is wrong and the way out; never a secret
function misuse.raise(message)
  local level = 2
  local info = getinfo(level, "S")
  while info and (info.what == "C" or is_ours(info.source)) do
    level = level + 1
    info = getinfo(level, "S")
  end
  error(message, info and level or 0)
end

--- Raises unless `value` has the type `expected`.
---@param name string the argument as the user knows it
---@param value any
---@param expected string a Lua type
function misuse.check(name, value, expected)
  if type(value) ~= expected then
    misuse.raise(name .. " must be a " .. expected .. ", got " .. misuse.describe(value))
  end
end

--- Says what a value is without showing it, since it may be a secret.
---@param value any
---@return string description
function misuse.describe(value)
  if value == nil then return "nothing (nil)" end
  if value == "" then return "an empty string" end
  local kind = type(value)
  return (kind == "userdata" and "a userdata (rtk.null?)") or "a " .. kind
end

return misuse
