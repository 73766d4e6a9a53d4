-- SPDX-License-Identifier: MIT
-- Reads spec/fixtures/operations.lua and calls what its rows describe. A row becomes
-- { resource, method, operation, verb, template, arguments, path, query, body } with
--   names   the arguments that are ids, named after the template
--   takes   "query" or "body", whichever table the method takes, if it takes one
--   key     the operation as the schema names it: with the names of ids in snake_case
--   defaults, reply, documented  as in the row
--   is_repeatable  sending it twice does no more than sending it once
--   is_walk it is an iterator

local fixture = require("spec.fixtures.operations")

local wire_operations = {}

local unpack = rawget(_G, "unpack") or rawget(table, "unpack")

local function snake_case(id)
  return (id:gsub("-", "_"))
end

local function read(resource, row)
  local method, operation, arguments, path = unpack(row)
  local verb, template = operation:match("^(%u+) (.*)$")
  local names = {}
  for name in template:gmatch("{([^}]*)}") do
    names[#names + 1] = (name:gsub("-", "_"))
  end
  local has_table = #arguments > #names
  return {
    resource = resource,
    method = method,
    title = resource .. ":" .. method,
    operation = operation,
    key = (operation:gsub("{[^}]*}", snake_case)),
    verb = verb,
    template = template,
    arguments = arguments,
    names = names,
    path = path,
    query = row.query or "",
    body = row.body,
    fields = row.fields,
    answers = row.answers,
    defaults = row.defaults or {},
    reply = row.reply,
    documented = row.documented,
    takes = has_table and (row.body and "body" or "query") or nil,
    is_repeatable = verb ~= "POST" or row.repeatable == true,
    is_walk = method:find("^each") ~= nil,
  }
end

--- All rows, sorted by resource.
---@return table[]
function wire_operations.rows()
  local resources, rows = {}, {}
  for resource in pairs(fixture) do
    resources[#resources + 1] = resource
  end
  table.sort(resources)
  for _, resource in ipairs(resources) do
    for _, row in ipairs(fixture[resource]) do
      rows[#rows + 1] = read(resource, row)
    end
  end
  return rows
end

--- The rows of one operation.
---@param operation string
---@return table[]
function wire_operations.of(operation)
  local found = {}
  for _, row in ipairs(wire_operations.rows()) do
    if row.operation == operation then found[#found + 1] = row end
  end
  return found
end

--- What to call a row's method with: the row's ids, then its table or another one,
--- then options. Without an argument for the table the row's own is taken.
---@param row table
---@param payload? any false for nil
---@param options? table
---@return table arguments with their number in n
function wire_operations.arguments(row, payload, options)
  local arguments = { n = #row.names + 2 }
  for position = 1, #row.names do
    arguments[position] = row.arguments[position]
  end
  if payload == nil then payload = row.arguments[#row.names + 1] end
  arguments[#row.names + 1] = payload or nil
  arguments[#row.names + 2] = options
  return arguments
end

--- Calls the row's method. A walk goes to its first item.
---@param client rtk.Client
---@param row table
---@param arguments? table default those of the row
---@return any ... what the method returns
function wire_operations.call(client, row, arguments)
  arguments = arguments or row.arguments
  local resource = client[row.resource]
  local method = resource[row.method]
  if not row.is_walk then return method(resource, unpack(arguments, 1, arguments.n)) end
  local iterator = method(resource, unpack(arguments, 1, arguments.n))
  return iterator()
end

--- An answer that suits every operation.
wire_operations.answer = {
  json = { success = true, data = { id = "i1", token = "t1", livestream = { id = "l1" } } },
}

return wire_operations
