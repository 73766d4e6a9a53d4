-- SPDX-License-Identifier: MIT
-- The base of all resources: it holds a client and makes the calls.
--
-- A resource method is one statement that names its operation and the class of its value; _item,
-- _page, _each and _value turn replies into values. The table that a caller passes is the query of
-- a GET or DELETE, else the body.

local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local operation = require("rtk.request.operation")
local option = require("rtk.config.options")
local paginator = require("rtk.pagination.paginator")
local payload = require("rtk.request.payload")
local input_table = require("rtk.input_table")
local reply_body = require("rtk.values.reply_body")
local request = require("rtk.request")
local resource_class = require("rtk.resources.class")
local response = require("rtk.values.response")
local selection = require("rtk.values.selection")
local suggest = require("rtk.suggest")

---@class rtk.Resource
---@field package _client rtk.Client
local Resource = {}

local resource = {
  --- The longest page that is known to be honoured; a server that caps it lower is fine, too.
  LONG_PAGE = 100,
}

--- Makes the class of a resource, with the methods that make calls.
---@param name string as in client.<name>
---@param official table<string, string> method names of the official SDK to ours
---@param absent? table<string, string> methods that the API cannot have, with what to do instead
---@return table class
function resource.class(name, official, absent)
  return resource_class.new(name, official, absent, Resource)
end

--- Makes a resource of a client.
---@param class table
---@param client rtk.Client
---@return table resource
function resource.new(class, client)
  return setmetatable({ _client = client }, class._metatable)
end

-- A body without what the request does not take, if it is an object that a call returned.
local function writable(op, body)
  local origin = response.operation_of(body)
  if not origin or not op.fields.body then return body end
  local types = {}
  for _, fields in ipairs({ origin.fields, op.fields }) do
    local reply = fields.reply
    if reply then types[#types + 1] = reply.kind == "array" and reply.items or reply end
  end
  return require("rtk.request.read_only").strip(types, op.fields.body, object.fields(body))
end

-- A likely mistake for which the nearest option would not help.
local function refuse_payload(op, options)
  local name = payload.name_of(op.method)
  local fields = op.fields[name] and op.fields[name].fields or {}
  for field in pairs(options) do
    if fields[field] and not option.is_call_option(field) then
      local message =
        "unknown option %s in options; it belongs into the %s, which comes before them"
      misuse.raise(message:format(field, name))
    end
  end
end

-- The arguments of a call, checked, if there are any. Options may name another app or account; the
-- client returned is that one's.
local function arguments(self, op, fields, options, extra_options)
  local client = self._client
  if fields == nil and options == nil then return client end
  -- Where there is no query and no body, the options may take their place.
  if options == nil and not op.takes_payload then
    fields, options = nil, fields
  end
  if fields ~= nil and getmetatable(fields) ~= nil then
    if type(fields) == "table" then fields = writable(op, fields) end
    fields = input_table.shallow(payload.name_of(op.method), fields)
  end
  if options ~= nil then
    options = input_table.deep("options", options)
    if type(options) == "table" then refuse_payload(op, options) end
    option.check_call(options, extra_options)
    if options.account_id or options.app_id then
      client = client:_scoped(options.account_id, options.app_id, "the options of the call")
    end
  end
  return client, fields, options
end

--- Calls an operation whose reply is one object of `class`.
---@param class table
---@param name string the operation, "VERB /template"
---@param ids any[]
---@param fields? table query for GET and DELETE, else body
---@param options? rtk.CallOptions
---@param context? table further fields for the object's methods
function Resource:_item(class, name, ids, fields, options, context)
  local op, client, chosen = operation.named[name], self._client, nil
  if fields ~= nil or options ~= nil then
    local extra = op.method == "GET" and option.read or nil
    client, fields, options = arguments(self, op, fields, options, extra)
    chosen = options and options.fields and selection.of(op, options)
  end
  local call = request.new(client._scope, op, ids, fields, options)
  if chosen then selection.put(call, chosen) end
  local reply, message, err = client:_run(call, ids, fields, options)
  if not reply then return nil, message, err end
  if reply.found then return reply.found end
  local data = reply.object or reply_body.object(op, reply.value) or {}
  if chosen and not reply.is_selected then selection.cut(chosen, data) end
  -- Some responses have no id, or no object: it keeps the one it was asked for.
  if data.id == nil and op.names_object then data.id = ids[#ids] end
  return object.new(data, object.metatable(class, client, reply, context))
end

--- Calls an operation whose reply is plain data, or nothing.
---@param name string the operation, "VERB /template"
---@param ids any[]
---@param fields? table query for GET and DELETE, else body
---@param options? rtk.CallOptions
---@param inner? table<string, table> classes of the objects in it, by their keys
function Resource:_value(name, ids, fields, options, inner)
  local op = operation.named[name]
  local client
  client, fields, options = arguments(self, op, fields, options)
  local call = request.new(client._scope, op, ids, fields, options)
  local reply, message, err = client:_run(call, ids, fields, options)
  if not reply then return nil, message, err end
  if reply.found then return reply.found end
  local data = reply_body.complete_data(op, reply.value)
  if type(data) ~= "table" then data = {} end
  for key, class in pairs(inner or {}) do
    if data[key] == nil and data.id ~= nil then
      return object.new(data, object.metatable(class, client, reply))
    elseif type(data[key]) == "table" then
      object.new(data[key], object.metatable(class, client, reply))
    end
  end
  return response.attach(data, reply, op.fields.reply.name)
end

--- Calls an operation whose reply is a list of objects of `class`.
---@param class table
---@param name string the operation, "GET /template"
---@param ids any[]
---@param query? table
---@param options? rtk.CallOptions
---@param context? table further fields for the objects' methods
---@return rtk.Page? page, string? message, rtk.Error? err
function Resource:_page(class, name, ids, query, options, context)
  local op = operation.named[name]
  local client
  client, query, options = arguments(self, op, query, options, option.read)
  return paginator.new(client, op, ids, query, options, class, context):fetch()
end

--- Iterates over all pages of a list; nothing is sent before the first item is needed.
---@param class table
---@param name string the operation, "GET /template"
---@param ids any[]
---@param query? table
---@param options? rtk.EachOptions
---@param context? table
---@return rtk.Iterator|fun(): table? item raises the message on failure
function Resource:_each(class, name, ids, query, options, context)
  local op = operation.named[name]
  local client
  client, query, options = arguments(self, op, query, options, option.each)
  return paginator.new(client, op, ids, query, options, class, context):each()
end

-- Whether an item has all of the wanted fields.
local function has_fields(wanted)
  return function(item)
    for name, value in pairs(wanted) do
      if item[name] ~= value then return false end
    end
    return true
  end
end

-- Raises for a value that no item can have in a field, because nothing would be found: a number
-- where the API has text.
local function check_wanted_value(name, field, value)
  local is_text = field.kind == "string" or field.kind == "enum"
  local expected = is_text and "string" or field.kind == "boolean" and "boolean"
  if expected then misuse.check(name .. " to find", value, expected) end
end

-- The fields to search for; those that no item has raise, because nothing would be found.
local function check_wanted(op, wanted)
  misuse.check("the fields to find", wanted, "table")
  wanted = input_table.shallow("the fields to find", wanted)
  local fields = op.fields.reply.items.fields
  if next(wanted) == nil then misuse.raise("name at least one field to find") end
  for name, value in pairs(wanted) do
    if not fields[name] then
      local clause = suggest.clause(name, suggest.names(fields))
      misuse.raise(("no item has a field %q"):format(tostring(name)) .. clause)
    end
    check_wanted_value(name, fields[name], value)
  end
  return wanted
end

--- Finds the first item of a list that has the wanted fields, across all pages.
---@param class table
---@param name string the operation, "GET /template"
---@param ids any[]
---@param wanted table<string, any>
---@param options? rtk.CallOptions
---@param context? table further fields for the object's methods
---@return table|false|nil item false when there is none
---@return string? message
---@return rtk.Error? err
function Resource:_find(class, name, ids, wanted, options, context)
  local op = operation.named[name]
  local client, query
  wanted = check_wanted(op, wanted)
  client, query, options = arguments(self, op, { per_page = resource.LONG_PAGE }, options)
  local pages = paginator.new(client, op, ids, query, options, class, context)
  pages:share_time()
  return pages:find(has_fields(wanted))
end

--- The items of a list, across all pages, that a function accepts.
---@param class table
---@param name string the operation, "GET /template"
---@param ids any[]
---@param query table
---@param accepts fun(item: table): boolean?
---@param options? rtk.CallOptions
---@param context? table further fields for the objects' methods
---@return table[]? items, string? message, rtk.Error? err
function Resource:_collect(class, name, ids, query, accepts, options, context)
  local op = operation.named[name]
  local client
  local found = {}
  query.per_page = resource.LONG_PAGE
  client, query, options = arguments(self, op, query, options)
  local pages = paginator.new(client, op, ids, query, options, class, context)
  pages:share_time()
  local _, message, err = pages:find(function(item)
    if accepts(item) then found[#found + 1] = item end
    return false
  end)
  if err then return nil, message, err end
  return found
end

return resource
