-- SPDX-License-Identifier: MIT
-- Makes read-only tables, as programs use them for configuration: empty tables with all fields
-- behind metamethods, at every depth.

local function read_only(value)
  if type(value) ~= "table" then return value end
  return setmetatable({}, {
    __index = function(_, name)
      return read_only(value[name])
    end,
    __newindex = function()
      error("this table is read-only")
    end,
    __len = function()
      return #value
    end,
    __pairs = function()
      return function(_, previous)
        local name, field = next(value, previous)
        return name, read_only(field)
      end
    end,
    __metatable = "locked",
  })
end

return read_only
