-- SPDX-License-Identifier: MIT
-- The tables that the emulator's calls for tests take: the names of their members, with the types.
-- Misuse raises at the line from which the call was made, so the functions here are to be called by
-- the call itself.
local nearest = require("rtk.emulator.util.nearest")

local Arguments = {}
Arguments.__index = Arguments

local arguments = {}

-- From here to the caller of the call.
local CALLER = 3

--- Raises for what is no table, an unknown member, or a wrong type.
---@param given any
function Arguments:check(given)
  if type(given) ~= "table" then error(self.call .. " takes one table", CALLER) end
  for name, value in pairs(given) do
    local expected = self.types[name]
    if not expected then
      local clause = nearest.clause(name, self.types)
      error(("%s knows no member %q"):format(self.call, tostring(name)) .. clause, CALLER)
    end
    if type(value) ~= expected then
      error(("%s: %s must be a %s"):format(self.call, name, expected), CALLER)
    end
  end
end

--- Raises unless one of the members is there.
---@param given table
---@param ... string
function Arguments:need(given, ...)
  for _, name in ipairs({ ... }) do
    if given[name] ~= nil then return end
  end
  error(self.call .. " needs " .. table.concat({ ... }, " or "), CALLER)
end

--- Defines what a call takes.
---@param call string its name
---@param ... string[] lists of "name type"
---@return { call: string, text: string, types: table<string, string> } arguments text: the names
function arguments.of(call, ...)
  local names, types = {}, {}
  for _, list in ipairs({ ... }) do
    for _, member in ipairs(list) do
      local name, kind = member:match("^([^ ]+) ([^ ]+)$")
      names[#names + 1], types[name] = name, kind
    end
  end
  local self = { call = call, text = table.concat(names, ", "), types = types }
  return setmetatable(self, Arguments)
end

return arguments
