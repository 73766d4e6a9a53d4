-- SPDX-License-Identifier: MIT
-- Makes a value that a generic for can call and that has fields to read.
--
-- In Lua 5.4 it is a table. In LuaJIT it is a userdata: of a table, `#` and ipairs would not ask
-- the metatable and find an empty array, of a userdata they raise.

local callable = {}

local core = require("rtk.core")

local newproxy = core.globals.newproxy -- of Lua 5.1 and LuaJIT

--- Makes a value with this metatable.
---@param metatable table with __call
---@return any value
function callable.new(metatable)
  if not newproxy then return setmetatable({}, metatable) end
  local value = newproxy(true)
  local own = getmetatable(value)
  for name, member in pairs(metatable) do
    own[name] = member
  end
  return value
end

return callable
