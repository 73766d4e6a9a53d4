-- SPDX-License-Identifier: MIT
-- Objects: gives the tables of a response their methods, and updates them from later responses.
--
-- The class of an object is a table of methods with _type, its name. A class with a lookup of its
-- own has _bind, and _members, the names that it finds. An absent field is nil, since responses
-- omit fields and the API adds new ones; only a name that can be nothing but a misspelt method
-- raises.
--
-- A field that the API adds may be named like a method. It must not take the method away, so
-- such fields stand apart, in __apart of the object's metatable: core.encode and __pairs show
-- them, object.fields reads them, and assigning to them changes them there.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local input_table = require("rtk.input_table")
local label = require("rtk.values.label")
local suggest = require("rtk.suggest")

local object = {}

local UPPER = ("a"):byte() - ("A"):byte()

-- Files a name under its first letter, in upper case too, and under its second in case the two
-- are swapped.
local function add_spelling(class, name)
  local first, second = name:byte(1, 2)
  for _, byte in ipairs({ first, first - UPPER, second }) do
    class._names[byte] = class._names[byte] or {}
    table.insert(class._names[byte], name)
  end
end

-- Words that are no names of fields. Others, such as start, may be.
local verbs = {
  delete = true,
  destroy = true,
  kick = true,
  kick_all = true,
  remove = true,
  rename = true,
  replace = true,
  stop = true,
  update = true,
}

-- Names that a class remembers to be of absent fields. Programs ask for few, but often.
local MOST_REMEMBERED = 200

local function remember(class, key)
  local known = class._known
  if known.count >= MOST_REMEMBERED then return end
  known.count, known.names[key] = known.count + 1, true
end

--- What an object has where there is neither a field nor a method: nil.
---@param class table
---@param key any
---@return nil
function object.absent(class, key)
  if class._known.names[key] or type(key) ~= "string" then return nil end
  local advice = verbs[key] and class._absent[key]
  if advice then misuse.raise(("%s has no method %q: %s"):format(class._type, key, advice)) end
  for _, name in ipairs(class._names[key:byte()] or {}) do
    if suggest.is_misspelt(key, name) then
      local message = '%s has no method %q; did you mean "%s"?'
      misuse.raise(message:format(class._type, key, name))
    end
  end
  remember(class, key)
  return nil
end

-- Wraps a method: it raises when it is called with a dot, or with an argument that it would ignore.
-- None takes more than two.
local function with_self(class, name, method)
  local most
  return function(self, first, second, third)
    if type(self) ~= "table" or self._client == nil then
      misuse.raise(("call %s of %s with a colon, not with a dot"):format(name, class._type))
    end
    most = most or misuse.arity(method, 2)
    if first ~= nil and most < 1 or second ~= nil and most < 2 or third ~= nil then
      misuse.raise_surplus(("%s of %s"):format(name, class._type), method)
    end
    return method(self, first, second)
  end
end

local function define(class, name, method)
  if name == "_members" then
    for _, member in ipairs(method) do
      add_spelling(class, member)
    end
  end
  if name:sub(1, 1) == "_" then return rawset(class, name, method) end
  add_spelling(class, name)
  class._methods[name] = method
  rawset(class, name, with_self(class, name, method))
end

--- Makes a class of objects, which takes its methods by assignment.
---@param name string such as "rtk.Meeting"
---@param absent? table<string, string> methods that the API cannot have, with what to do instead
---@return table class
function object.class(name, absent)
  local class = { _type = name, _absent = absent or {}, _names = {}, _methods = {} }
  class._known, class._facts = { count = 0, names = {} }, false
  return setmetatable(class, { __newindex = define, __index = object.absent })
end

-- The __index of objects. Without context it depends only on client and class, so the client caches
-- it.
local function index_of(class, bind, client, context)
  if bind then return bind(client) end
  if context then
    context._client = client
    return setmetatable(context, { __index = class })
  end
  local index = setmetatable({ _client = client }, { __index = class })
  client._indexes[class] = index
  return index
end

-- The names in a class that a field would hide. All contexts of a class have the same names.
local function reserved_names(class, context)
  local names = { _client = true }
  for name in pairs(context or {}) do
    names[name] = true
  end
  for name, member in pairs(class) do
    if type(member) == "function" and name ~= "_bind" then names[name] = true end
  end
  for _, name in ipairs(rawget(class, "_members") or {}) do
    names[name] = true
  end
  return names
end

---@class rtk.ClassFacts what all metatables of a class have in common
---@field reserved table<string, true> the names that a field must not hide
---@field reservation integer from then on the transport looks for them in replies
---@field bind? fun(client: rtk.Client): any
---@field members? string[]

-- They are known once the class is whole.
local function facts_of(class, context)
  local reserved = reserved_names(class, context)
  class._facts = {
    reserved = reserved,
    reservation = core.reserve(reserved),
    bind = rawget(class, "_bind"),
    members = rawget(class, "_members"),
  }
  return class._facts
end

--- Makes the metatable for the objects of one class in one reply.
---@param class table
---@param client rtk.Client what the objects' methods call
---@param reply table
---@param context? table what the methods need besides the objects' fields
---@return table metatable
function object.metatable(class, client, reply, context)
  local facts = class._facts or facts_of(class, context)
  local metatable = {
    __name = class._type,
    __jsontype = "object",
    __index = not context and client._indexes[class]
      or index_of(class, facts.bind, client, context),
    __response = reply,
    __tostring = label.of,
    __facts = facts,
    __methods = class._methods,
  }
  if facts.members then metatable.__members = facts.members end
  return metatable
end

-- Whether no field in the reply has a name that is reserved in its class.
local function is_plain(metatable)
  return (metatable.__response.unreserved or 0) >= metatable.__facts.reservation
end

-- All fields, from a table and from those that its metatable keeps apart.
local function all_fields(value, metatable)
  local fields = {}
  for name, field in next, metatable and rawget(metatable, "__apart") or {} do
    fields[name] = field
  end
  for name, field in next, value do
    fields[name] = field
  end
  return fields
end

--- The fields of an object as the API sent them, those named like its methods included.
---@param value table an object, or any other table
---@return table fields a new table
function object.fields(value)
  local metatable = getmetatable(value)
  return all_fields(value, type(metatable) == "table" and metatable or nil)
end

local function pairs_of(value)
  return next, object.fields(value), nil
end

-- Moves the fields with reserved names out of a table, into a metatable of its own.
local function set_apart(fields, metatable)
  local own, apart = {}, {}
  for name, value in next, metatable do
    own[name] = value
  end
  local is_reserved = metatable.__facts.reserved
  for name in next, is_reserved do
    apart[name] = fields[name]
    fields[name] = nil
  end
  own.__apart, own.__pairs = apart, pairs_of
  own.__newindex = function(value, name, field)
    if is_reserved[name] then
      apart[name] = field
    else
      rawset(value, name, field)
    end
  end
  return setmetatable(fields, own)
end

-- Makes an object of fields, whatever their names are.
local function adopt(fields, metatable)
  local is_reserved = metatable.__facts.reserved
  for name in next, fields do
    if is_reserved[name] then return set_apart(fields, metatable) end
  end
  return setmetatable(fields, metatable)
end

--- Makes an object of the fields that came in a reply.
---@param fields table it becomes the object
---@param metatable table of object.metatable for that reply
---@return table object
function object.new(fields, metatable)
  if is_plain(metatable) then return setmetatable(fields, metatable) end
  return adopt(fields, metatable)
end

-- What LuaJIT makes of this loop takes less time than calls into C; elsewhere C is faster.
local function set_each(items, metatable)
  for position = 1, #items do
    local item = items[position]
    if type(item) == "table" then setmetatable(item, metatable) end
  end
end

local set_metatables = core.compiles and set_each or core.set_metatables

--- Makes objects of all tables in an array that came in a reply.
---@param items table
---@param metatable table of object.metatable for that reply
---@return table items the same
function object.new_all(items, metatable)
  if is_plain(metatable) then
    set_metatables(items, metatable)
    return items
  end
  for position = 1, #items do
    if type(items[position]) == "table" then adopt(items[position], metatable) end
  end
  return items
end

-- Gives an object other fields, and the reply of the object that they are from.
local function fill(target, fields, source)
  setmetatable(target, nil)
  for name in next, target do
    target[name] = nil
  end
  for name, value in next, fields do
    target[name] = value
  end
  return adopt(target, getmetatable(source))
end

-- A response omits fields that are null.
local function clear_nulls(fields, body)
  if type(body) ~= "table" then return end
  for name, value in input_table.pairs("body", body) do
    if value == core.null then fields[name] = nil end
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
  local fields = object.fields(target)
  clear_nulls(fields, body)
  for name, value in next, object.fields(fresh) do
    fields[name] = value
  end
  return fill(target, fields, fresh)
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
  return fill(target, object.fields(fresh), fresh)
end

return object
