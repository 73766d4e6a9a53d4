-- SPDX-License-Identifier: MIT
-- Objects: gives the tables of a response their methods, and updates them from later responses.
--
-- The class of an object is a table of methods with _type, its name. A class with a lookup of its
-- own has _bind instead.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local input_table = require("rtk.input_table")
local response = require("rtk.http.response")

local object = {}

-- Wraps a method: it raises when it is called with a dot.
local function define(class, name, method)
  if name:sub(1, 1) == "_" then return rawset(class, name, method) end
  rawset(class, name, function(self, ...)
    if type(self) ~= "table" or self._client == nil then
      misuse.raise(("call %s of %s with a colon, not with a dot"):format(name, class._type))
    end
    return method(self, ...)
  end)
end

--- Makes a class of objects, which takes its methods by assignment.
---@param name string such as "rtk.Meeting"
---@return table class
function object.class(name)
  return setmetatable({ _type = name }, { __newindex = define })
end

-- The __index of objects. Without context it depends only on client and class, so the client caches
-- it.
local function index_of(class, client, context)
  if class._bind then return class._bind(client) end
  if context then
    context._client = client
    return setmetatable(context, { __index = class })
  end
  local index = client._indexes[class]
  if not index then
    index = setmetatable({ _client = client }, { __index = class })
    client._indexes[class] = index
  end
  return index
end

--- Makes the metatable for the objects of one class in one reply.
---@param class table
---@param client rtk.Client what the objects' methods call
---@param reply table
---@param context? table what the methods need besides the objects' fields
---@return table metatable
function object.metatable(class, client, reply, context)
  return response.metatable(reply, class._type, index_of(class, client, context))
end

local function copy_fields(target, source)
  for name, value in pairs(source) do
    target[name] = value
  end
  return setmetatable(target, getmetatable(source))
end

-- A response omits fields that are null.
local function clear_nulls(target, body)
  if type(body) ~= "table" then return end
  for name, value in input_table.pairs("body", body) do
    if value == core.null then target[name] = nil end
  end
end

--- Takes over the fields of a new response. Other fields stay, because some responses are partial,
--- unless the request set them to null.
---@generic T: table
---@param target T
---@param body any what was sent
---@param fresh? T
---@param message? string
---@param err? rtk.Error
---@return T? target, string? message, rtk.Error? err
function object.merge(target, body, fresh, message, err)
  if not fresh then return nil, message, err end
  clear_nulls(target, body)
  return copy_fields(target, fresh)
end

--- Replaces all fields with those of a new, complete response.
---@generic T: table
---@param target T
---@param fresh? T
---@param message? string
---@param err? rtk.Error
---@return T? target, string? message, rtk.Error? err
function object.replace(target, fresh, message, err)
  if not fresh then return nil, message, err end
  for name in pairs(target) do
    target[name] = nil
  end
  return copy_fields(target, fresh)
end

return object
