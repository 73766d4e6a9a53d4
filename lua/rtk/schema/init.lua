-- SPDX-License-Identifier: MIT
-- What every operation takes and returns: query names, body fields, reply fields.
-- An operation is found by its verb and path template and is a table with
--   query    object type whose fields are the query names, if it takes any
--   body     type of the request body, if it has one
--   defaults body fields that the API requires, with the values that are sent for absent ones
--   reply    type of the response's `data`, or of `data[wrapper]`
--   wrapper  the key in `data` that holds the object or list, if there is one
--   instead  query names that users try, with the right ones
--   holds    the field with the requested object, if the response has more
--   of_account  its path starts below the account, not below an app
--   repeatable  of a POST: sending it twice does no more than sending it once
--   priority    it mints the token that a person waits for, so it skips rate-limit pacing
--   may_be_empty        a successful response may have no body; it is undocumented
--   empty_is_not_found  the API answers 404 when a list has nothing in it
--   paging   where a list says which part it is: "envelope" (beside data) or "data"
-- Path templates start below the app, or below the account, and name ids in
-- snake_case: the reference's {livestream-session-id} is {livestream_session_id} here.
-- The shapes of a resource are loaded when one of its operations is used for the first time;
-- rtk/schema/index.lua says what there is.
-- A field that the reference and the official SDK type differently is typed to
-- suit both. The shapes themselves are in rtk/schema/, written in the words of
-- rtk/schema/type.lua; nothing here checks a value, the API does that.

local arrays = require("rtk.schema.arrays")
local index = require("rtk.schema.index")
local suggest = require("rtk.suggest")

local schema = {}

local NONE = {}

--- The resources, which are also the modules of the operations, in the order of the guides.
schema.resources = {
  "apps",
  "meetings",
  "presets",
  "sessions",
  "recordings",
  "webhooks",
  "active_session",
  "livestreams",
  "analytics",
}

--- The operation of a verb and a path template, such as "GET", "/meetings/{meeting_id}".
---@param method string
---@param template string
---@return table? operation
function schema.operation(method, template)
  local key = method .. " " .. template
  local resource = index.operations[key]
  return resource and require("rtk.schema." .. resource).operations[key]
end

--- All operations as "VERB /template", sorted.
---@return string[]
function schema.keys()
  local keys = {}
  for key in pairs(index.operations) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

-- Whether a value of a type may be a table.
local function holds_fields(value_type)
  for _, alternative in ipairs(value_type.alternatives or {}) do
    if holds_fields(alternative) then return true end
  end
  local kind = value_type.kind
  return kind == "array" or kind == "map" or kind == "object" or kind == "any"
end

--- Whether a query parameter that the operation takes may be a table.
---@param operation table
---@param name string
---@return boolean
function schema.takes_query_table(operation, name)
  return holds_fields(operation.query.fields[name])
end

--- The names of the query parameters that the operation takes, sorted.
---@param operation table
---@return string[]
function schema.query_names(operation)
  return suggest.names(operation.query and operation.query.fields or {})
end

--- The query name that is meant by one that the operation does not take.
---@param operation table
---@param name string
---@return string? known
function schema.instead_of(operation, name)
  return operation.instead and operation.instead[name]
end

--- The body with every empty table that stands for an empty array replaced by
--- `mark(empty)`. Returns the body itself when there is none; never changes the caller's
--- tables, but copies those on the way to a replaced one.
---@param operation table
---@param body table?
---@param mark fun(empty: table): table gives an array for an empty table
---@return table? body
function schema.mark_arrays(operation, body, mark)
  if not operation.body then return body end
  return arrays.mark(operation.body, body, mark)
end

--- Calls `visit(object)` once for every object type below `root`, itself included.
---@param root table
---@param visit fun(object: table)
---@param seen table<table, boolean>?
function schema.each_object(root, visit, seen)
  seen = seen or {}
  if seen[root] then return end
  seen[root] = true
  if root.kind == "object" then visit(root) end
  if root.items then schema.each_object(root.items, visit, seen) end
  for _, field in pairs(root.fields or root.alternatives or NONE) do
    schema.each_object(field, visit, seen)
  end
end

--- The names of all fields, in requests and in answers, whose values must never be
--- shown: tokens, keys, passwords and presigned URLs.
---@return table<string, boolean>
function schema.secret_names()
  local names = {}
  for _, name in ipairs(index.secret_names) do
    names[name] = true
  end
  return names
end

local function collect_personal(value_type, value, found)
  if value_type.personal then
    if type(value) == "string" then found[#found + 1] = value end
  elseif type(value) ~= "table" then
    return
  elseif value_type.fields then
    for name, field in pairs(value_type.fields) do
      collect_personal(field, rawget(value, name), found)
    end
  elseif value_type.items then
    for _, item in next, value do
      collect_personal(value_type.items, item, found)
    end
  end
end

--- The values in a reply that are personal, such as addresses, and must never be shown.
---@param operation table
---@param body any the decoded reply, which may be of another form
---@return string[] values
function schema.personal_values(operation, body)
  local found, data = {}, type(body) == "table" and rawget(body, "data")
  if not operation.reply or type(data) ~= "table" then return found end
  local wrapped = operation.wrapper and rawget(data, operation.wrapper)
  collect_personal(operation.reply, data, found)
  if wrapped then collect_personal(operation.reply, wrapped, found) end
  return found
end

return schema
