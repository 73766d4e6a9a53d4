-- SPDX-License-Identifier: MIT
-- Classes of resources: their methods, and what they say about names that they do not have and
-- about calls with a dot.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local sdk_names = require("rtk.resources.sdk_names")
local suggest = require("rtk.suggest")

local resource_class = {}

local function method_names(class)
  local names = {}
  for name, value in pairs(class) do
    if type(value) == "function" and name:sub(1, 1) ~= "_" then names[#names + 1] = name end
  end
  return names
end

local function clause_for(class, name)
  local advice = class._absent[name]
  return sdk_names.clause(class, name)
    or advice and ": " .. advice
    or suggest.clause(name, method_names(class))
end

local function unknown_method(class, name)
  if type(name) ~= "string" then return nil end
  local message = ("client.%s has no method %q"):format(class._name, name)
  misuse.raise(message .. clause_for(class, name))
end

-- Methods in the order of the alphabet, for printing.
local function text_of(class)
  local names = method_names(class)
  table.sort(names, core.before)
  return "client." .. class._name .. ": " .. table.concat(names, ", ")
end

-- Wraps a method: it raises when it is called with a dot, or with an argument that it would ignore.
-- None takes more than four, and to pass them by name costs less than to pass `...`.
local function with_self(class, name, method)
  local metatable, most = class._metatable, nil
  return function(self, first, second, third, fourth, fifth)
    if getmetatable(self) ~= metatable then
      misuse.raise(("call client.%s:%s with a colon, not with a dot"):format(class._name, name))
    end
    most = most or misuse.arity(method, 4)
    local is_surplus = second ~= nil and most < 2 or third ~= nil and most < 3
    if is_surplus or fourth ~= nil and most < 4 or fifth ~= nil then
      misuse.raise_surplus(("client.%s:%s"):format(class._name, name), method)
    end
    return method(self, first, second, third, fourth)
  end
end

local function define(class, name, value)
  local is_method = type(value) == "function" and name:sub(1, 1) ~= "_"
  if is_method then class._methods[name] = value end
  rawset(class, name, is_method and with_self(class, name, value) or value)
end

--- Makes the class of a resource. It may get _operation_ids, which lead the ids of operations in
--- Cloudflare's schema to our names where the official SDK has no name.
---@param name string as in client.<name>
---@param official table<string, string> method names of the official SDK to ours
---@param absent? table<string, string> methods that the API cannot have, with what to do instead
---@param inherited table<string, function> methods of all resources
---@return table class
function resource_class.new(name, official, absent, inherited)
  local class = { _name = name, _official = official, _absent = absent or {} }
  class._operation_ids = {}
  class._methods = {}
  class._metatable = {
    __name = "rtk." .. name,
    __index = class,
    __methods = class._methods,
    __prefix = "client." .. name,
    __tostring = function()
      return text_of(class)
    end,
    __call = function()
      misuse.raise("a resource is no function; call a method of " .. text_of(class))
    end,
  }
  for key, method in pairs(inherited) do
    class[key] = method
  end
  return setmetatable(class, { __index = unknown_method, __newindex = define })
end

return resource_class
