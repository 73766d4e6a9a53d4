-- SPDX-License-Identifier: MIT
-- The query and body of a call: from the tables that the caller passed to the text that is sent.

local array = require("rtk.array")
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local arguments = require("rtk.request.arguments")
local url = require("rtk.http.url")

local payload = {}

local DEEPEST = 512 -- nested tables, as in JSON

local names = {
  GET = "query",
  HEAD = "query",
  DELETE = "query",
  POST = "body",
  PUT = "body",
  PATCH = "body",
}

--- Whether the fields of a call go into the query or the body.
---@param method any
---@return "query"|"body"
function payload.name_of(method)
  local name = names[method]
  if not name then
    misuse.raise("method must be GET, HEAD, POST, PUT, PATCH or DELETE in upper case")
  end
  return name
end

local function is_object(value)
  return type(value) == "table" and not array.is(value)
end

-- A copy of `fields` with `extra` merged into it at every depth.
local function merge(name, fields, extra, depth)
  if depth > DEEPEST then misuse.raise(name .. " is nested too deeply (a cycle?)") end
  local merged = {}
  for key, value in pairs(fields) do
    merged[key] = value
  end
  for key, value in pairs(extra) do
    local both = is_object(value) and is_object(merged[key])
    merged[key] = both and merge(name, merged[key], value, depth + 1) or value
  end
  return merged
end

local function check_fields(name, fields)
  if type(fields) ~= "table" then
    misuse.raise(name .. " must be a table, got " .. misuse.describe(fields))
  end
  local may_be_array = rawget(fields, 1) ~= nil or getmetatable(fields) ~= nil
  if may_be_array and array.is(fields) and next(fields) ~= nil then
    misuse.raise(name .. " must be a table of named fields, got an array")
  end
end

-- Whether there is nothing to read through metatables.
local function is_flat(fields)
  if type(fields) ~= "table" or getmetatable(fields) ~= nil then return false end
  for _, value in next, fields do
    if type(value) == "table" then return false end
  end
  return true
end

--- Checks the fields of a query or body and adds the extra ones of the options.
---@param name "query"|"body"
---@param fields any a body is read by input_table.shallow already
---@param extra? table merged at every depth
---@return table? fields nil when there are none; a body may still contain tables with a
---__pairs, which payload.encode_body reads
function payload.fields(name, fields, extra)
  if fields == nil and extra == nil then return nil end
  local must_read = extra ~= nil or name == "query"
  if must_read and not is_flat(fields) then fields = input_table.deep(name, fields) end
  if fields ~= nil then check_fields(name, fields) end
  if extra == nil then return fields end
  return merge(name, fields or {}, input_table.deep("extra_" .. name, extra), 1)
end

local NOT_TEXT = "that is not UTF-8 from byte"

--- The body as JSON text; raises if the method has none.
---@param fields table
---@param op rtk.Operation
---@return string? text
---@return string? refusal when a text in it is not UTF-8
function payload.encode_body(fields, op)
  if op.method == "GET" or op.method == "HEAD" then
    misuse.raise(op.method .. " sends no body; use a query, or another method")
  end
  local ok, text = pcall(core.encode, fields, "body", true)
  if ok and text == nil then
    -- The encoder runs no Lua code, so tables with a __pairs are read before.
    fields = input_table.deep("body", fields)
    if op.completes_body then fields = arguments.complete_body(op, fields) end
    ok, text = pcall(core.encode, fields, "body")
  end
  if ok then return text end
  if text:find(NOT_TEXT, 1, true) then return nil, text end
  misuse.raise(text)
end

local NOT_ASCII = "%%[89A-F]" -- in the text of a query

-- Why a query that is not ASCII cannot be sent: a text in it is not UTF-8.
local function query_refusal(fields)
  local ok, problem = pcall(core.encode, fields, "query")
  return not ok and problem:find(NOT_TEXT, 1, true) and problem or nil
end

-- The text of both, and why it cannot be sent.
local function encode(op, query, body)
  local query_text, body_text, refusal = "", nil, nil
  if body then
    body_text, refusal = payload.encode_body(body, op)
  end
  if query then
    query_text = url.query(query)
    if query_text:find(NOT_ASCII) then refusal = refusal or query_refusal(query) end
  end
  return query_text, body_text, refusal
end

local function read_query(op, fields, options)
  if fields ~= nil then fields = arguments.check_query(op, fields) end
  return payload.fields("query", fields, options.extra_query)
end

local function read_body(op, fields, options)
  local body = op.fields.body and fields or arguments.check_body(op, fields)
  body = payload.fields("body", body, options.extra_body)
  if op.completes_body then return arguments.complete_body(op, body) end
  return body or op.fields.body and {} or nil
end

--- Reads the query and the body of an operation; raises what it does not take.
---@param op rtk.Operation
---@param fields? table query for GET and DELETE, else body; read by input_table.shallow already
---@param options rtk.CallOptions
---@return string query_text with its question mark; empty when there is nothing to send
---@return string? body_text
---@return string? refusal when a text is not UTF-8
function payload.read(op, fields, options)
  local query, body
  if names[op.method] == "body" then
    query, body = read_query(op, nil, options), read_body(op, fields, options)
  elseif fields ~= nil or options.extra_query or options.extra_body then
    query, body = read_query(op, fields, options), read_body(op, nil, options)
  end
  return encode(op, query, body)
end

local NO_FIELDS = {}

--- Reads the query of a list; raises what it does not take.
---@param op rtk.Operation
---@param fields? table read by input_table.shallow already
---@param options rtk.CallOptions
---@return string text as url.paged_query returns it
---@return string before
---@return string after
---@return string? refusal when a text is not UTF-8
function payload.read_list(op, fields, options)
  local query = read_query(op, fields, options) or NO_FIELDS
  local body = payload.fields("body", nil, options.extra_body)
  if body then payload.encode_body(body, op) end -- raises
  local text, before, after = url.paged_query(query)
  return text, before, after, text:find(NOT_ASCII) and query_refusal(query) or nil
end

--- Reads the query and the body of client:request.
---@param op rtk.Operation of which only the method is known
---@param options rtk.RequestOptions
---@return string query_text with its question mark; empty when there is nothing to send
---@return string? body_text
---@return string? refusal when a text is not UTF-8
function payload.read_custom(op, options)
  local query = payload.fields("query", options.query, options.extra_query)
  local body = input_table.shallow("body", options.body)
  return encode(op, query, payload.fields("body", body, options.extra_body))
end

return payload
