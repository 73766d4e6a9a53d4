-- SPDX-License-Identifier: MIT
-- What every resource is made of: something that holds a client.
--
-- A resource method is one statement that names its operation and the class of
-- what comes back; _item, _page, _each and _value turn replies into that. For
-- GET and DELETE the table a caller passes is the query, else the body.

local error = require("rtk.error")
local misuse = require("rtk.misuse")
local page = require("rtk.page")
local response = require("rtk.response")
local settings = require("rtk.settings")
local suggest = require("rtk.suggest")

---@class rtk.Resource
---@field package _client rtk.Client
local Resource = {}

local resource = {}

local function method_names(class)
  local names = {}
  for name, value in pairs(class) do
    if type(value) == "function" and name:sub(1, 1) ~= "_" then names[#names + 1] = name end
  end
  return names
end

local function fold(name)
  return (name:lower():gsub("_", ""))
end

-- The official SDK's names, in camel or snake case, lead to ours.
local function official_name(class, name)
  for official, ours in pairs(class._official) do
    if fold(official) == fold(name) then return ours end
  end
  return nil
end

local function unknown_method(class, name)
  if type(name) ~= "string" then return nil end
  local ours = official_name(class, name)
  local clause = ours and ('; the official SDK\'s "%s" is "%s" here'):format(name, ours)
    or suggest.clause(name, method_names(class))
  misuse.raise(("client.%s has no method %q"):format(class._name, name) .. clause)
end

--- Makes the class of a resource.
---@param name string as in client.<name>
---@param official table<string, string> method names of the official SDK to ours
---@return table class
function resource.class(name, official)
  local class = setmetatable({ _name = name, _official = official }, { __index = Resource })
  class._metatable = {
    __name = "rtk." .. name,
    __index = function(_, key)
      local value = class[key]
      if value ~= nil then return value end
      return unknown_method(class, key)
    end,
  }
  return class
end

--- Makes a resource of a client.
---@param class table
---@param client rtk.Client
---@return table resource
function resource.new(class, client)
  return setmetatable({ _client = client }, class._metatable)
end

-- Options may name another app or account; what comes back must belong to it.
function Resource:_scope(options)
  if not options or not (options.account_id or options.app_id) then return self._client end
  return self._client:_scoped(options.account_id, options.app_id)
end

-- Where the methods of objects are found. Without context they depend on the
-- client and the class only, so the client keeps the answer, under the class.
local function index_of(class, client, context)
  if class._bind then return class._bind(client) end
  if context then
    context._client = client
    return setmetatable(context, { __index = class })
  end
  local index = rawget(client, class)
  if not index then
    index = setmetatable({ _client = client }, { __index = class })
    rawset(client, class, index)
  end
  return index
end

local function data_of(body)
  if body.data ~= nil then return body.data end
  return body.result
end

-- Some replies hold the object under its own name.
local function unwrap(data, wrapper)
  if wrapper and type(data[wrapper]) == "table" and data.id == nil then return data[wrapper] end
  return data
end

--- Calls an operation whose reply is one object of `class`.
---@param class table
---@param operation string "VERB /template"
---@param ids any[]
---@param payload? table query for GET and DELETE, else body
---@param options? rtk.CallOptions
---@param context? table what the object's methods need besides its own fields
function Resource:_item(class, operation, ids, payload, options, context)
  settings.check_call(options)
  local client = self:_scope(options)
  local reply, message, err = client:_call(operation, ids, payload, options)
  if not reply then return nil, message, err end
  local data = data_of(reply.body)
  local value = type(data) == "table" and unwrap(data, class._wrapper) or {}
  local index = index_of(class, client, context)
  return setmetatable(value, response.metatable(reply, class._type, index))
end

--- Calls an operation whose reply is plain data, or nothing.
---@param operation string "VERB /template"
---@param ids any[]
---@param payload? table query for GET and DELETE, else body
---@param options? rtk.CallOptions
function Resource:_value(operation, ids, payload, options)
  settings.check_call(options)
  local reply, message, err = self:_scope(options):_call(operation, ids, payload, options)
  if not reply then return nil, message, err end
  local data = data_of(reply.body)
  if type(data) ~= "table" then data = {} end
  return response.attach(data, reply)
end

local function with_page(query, page_no)
  local copy = { page_no = page_no }
  for name, value in pairs(query or {}) do
    if name ~= "page_no" then copy[name] = value end
  end
  return copy
end

local function page_number(query)
  local page_no = query and query.page_no
  return type(page_no) == "number" and page_no or 1
end

local function fetch_page(client, class, operation, ids, query, options, context)
  local reply, message, err = client:_call(operation, ids, query, options)
  if not reply then return nil, message, err end
  local items, paging = page.extract(reply.body)
  if not items then
    err = error.undecodable(reply.result, reply.call, "there is no list in it")
    return nil, err.message, err
  end
  local metatable = response.metatable(reply, class._type, index_of(class, client, context))
  for position = 1, #items do
    if type(items[position]) == "table" then setmetatable(items[position], metatable) end
  end
  local page_no = page_number(query)
  return page.new(items, {
    paging = paging,
    page_no = page_no,
    per_page = query and query.per_page,
    fetch = function(next_page)
      return fetch_page(
        client,
        class,
        operation,
        ids,
        with_page(query, next_page),
        options,
        context
      ) -- stylua: ignore
    end,
  }, reply)
end

--- Calls an operation whose reply is a list of objects of `class`.
---@param class table
---@param operation string "GET /template"
---@param ids any[]
---@param query? table
---@param options? rtk.CallOptions
---@param context? table what the objects' methods need besides their own fields
---@return rtk.Page? page, string? message, rtk.Error? err
function Resource:_page(class, operation, ids, query, options, context)
  settings.check_call(options)
  return fetch_page(self:_scope(options), class, operation, ids, query, options, context)
end

local each_options = { max_items = "count", max_pages = "count" }

local function without_limits(options)
  if not options then return nil end
  local copy = {}
  for name, value in pairs(options) do
    if not each_options[name] then copy[name] = value end
  end
  return copy
end

--- Walks a list over all its pages; nothing is sent before the first item is asked for.
---@param class table
---@param operation string "GET /template"
---@param ids any[]
---@param query? table
---@param options? rtk.EachOptions
---@param context? table
---@return fun(): table? item raises the message on failure
function Resource:_each(class, operation, ids, query, options, context)
  settings.check_call(options, each_options)
  local client, call_options = self:_scope(options), without_limits(options)
  client:_prepare(operation, ids, query, call_options)
  return page.walk(function()
    return fetch_page(client, class, operation, ids, query, call_options, context)
  end, options)
end

return resource
