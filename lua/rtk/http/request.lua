-- SPDX-License-Identifier: MIT
-- Turns the arguments of a call into the request that is sent.
--
-- This is the only place that does: method, URL, body, time limits. What cannot be sent raises
-- here, before any attempt; only text that is not UTF-8 makes a call that fails, because it may be
-- a user's. The headers follow at each attempt (rtk.http.header_lines).

local array = require("rtk.array")
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local operation = require("rtk.schema.operation")
local url = require("rtk.http.url")

---@class rtk.Scope the account and app that a client's requests go to
---@field channel rtk.Channel
---@field account_id string|false
---@field app_id string|false
---@field origins? table<string, string> where its ids came from, if not from the settings
---@field account_prefix string|false start of URLs for the account's own operations, once built
---@field app_prefix string|false likewise for the app's operations

---@class rtk.Call a call with its request; the transport takes it as it is
---@field operation rtk.Operation
---@field method string
---@field path string what follows the prefix, without the query; safe to show
---@field url string
---@field own_headers? table<string, string> from the options; removed after success
---@field scope rtk.Scope
---@field refusal? string why it cannot be sent: text that is not UTF-8
---@field headers? string[] lines of the last attempt; removed after success
---@field body? string JSON; removed after success
---@field timeout number seconds for the next attempt
---@field attempt_timeout? number seconds for each attempt, when there is a deadline
---@field deadline? number on the runtime's clock
---@field connect_timeout number seconds
---@field max_response_bytes integer
---@field max_retries integer
---@field priority? boolean from the options; overrides the operation's
---@field is_legacy? boolean for the older API
---@field fresh? boolean use a new connection
---@field tag? any of the events
---@field id? string of the events, once there is one
---@field parent_id? string the id of the call that this one reads for
---@field start_time? number on the runtime's clock
---@field waited? number seconds of the waits between attempts
---@field attempt integer attempts so far
---@field elapsed number seconds of all attempts and waits so far
---@field maybe_executed_after? string the first failure after which the request may have been
---executed, such as "timeout"
---@field admitted_at? number when the rate limiter admitted the attempt, on the runtime's clock
---@field ticket? table marks an admitted attempt without a result
---@field open? table marks a call that has not ended

local request = {}

local DEEPEST = 512 -- nested tables, as in JSON

local payload_names = {
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
function request.payload_of(method)
  local payload = payload_names[method]
  if not payload then
    misuse.raise("method must be GET, HEAD, POST, PUT, PATCH or DELETE in upper case")
  end
  return payload
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

--- Checks the fields of a query or body and adds the extra ones of the options.
---@param name "query"|"body"
---@param fields any a body is read by input_table.shallow already
---@param extra? table merged at every depth
---@return table? fields nil when there are none; a body may still contain tables with a
---__pairs, which request.encode_body reads
function request.fields(name, fields, extra)
  if fields == nil and extra == nil then return nil end
  if extra ~= nil or name == "query" then fields = input_table.deep(name, fields) end
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
function request.encode_body(fields, op)
  if op.method == "GET" or op.method == "HEAD" then
    misuse.raise(op.method .. " sends no body; use a query, or another method")
  end
  local ok, text = pcall(core.encode, fields, "body", true)
  if ok and text == nil then
    -- The encoder runs no Lua code, so tables with a __pairs are read before.
    fields = input_table.deep("body", fields)
    if op.fields.body then fields = operation.complete_body(op, fields) end
    ok, text = pcall(core.encode, fields, "body")
  end
  if ok then return text end
  if text:find(NOT_TEXT, 1, true) then return nil, text end
  misuse.raise(text)
end

-- The query as it stands in the URL, and why it cannot be sent when a text in it is not UTF-8.
local function encode_query(fields)
  local text = url.query(fields)
  if not text:find("%%[89A-F]") then return text end
  local ok, problem = pcall(core.encode, fields, "query")
  return text, not ok and problem:find(NOT_TEXT, 1, true) and problem or nil
end

local function id_segment(id, name, variable)
  if id then return url.segment(name, id) end
  misuse.raise(("%s is missing: pass it to rtk.new or set %s"):format(name, variable))
end

local function build_prefix(scope, is_of_account)
  local settings = scope.channel.settings
  if settings.is_legacy then
    if is_of_account then
      misuse.raise("client.apps needs an api_token; basic credentials belong to one app")
    end
    return settings.base_url
  end
  local account_id = id_segment(scope.account_id, "account_id", "CLOUDFLARE_ACCOUNT_ID")
  local kit = settings.base_url .. "/accounts/" .. account_id .. "/realtime/kit"
  if is_of_account then return kit end
  return kit .. "/" .. id_segment(scope.app_id, "app_id", "REALTIMEKIT_APP_ID")
end

-- The URL up to the operation's own path. Ids do not change, so it is built once.
local function prefix_of(scope, op)
  local key = op.is_of_account and "account_prefix" or "app_prefix"
  if not scope[key] then scope[key] = build_prefix(scope, op.is_of_account) end
  return scope[key]
end

-- The query and the body of a call.
local function split_payload(op, payload, options)
  local query, body
  if payload_names[op.method] == "query" then
    query = operation.check_query(op, payload)
  else
    body = op.fields.body and payload or operation.check_body(op, payload)
  end
  query = request.fields("query", query, options.extra_query)
  return query, request.fields("body", body, options.extra_body)
end

local function refuse_reconcile(op)
  local name = op.name or op.method
  misuse.raise(("reconcile has no use for %s: rtk repeats it, so leave it out"):format(name))
end

local function tag_of(settings, options)
  if options.tag == nil then return settings.tag end
  return options.tag
end

local function build(scope, op, prefix, path, query, body, options)
  local channel = scope.channel
  if channel.is_closed then misuse.raise("the client is closed: make another with rtk.new") end
  if options.reconcile and op.is_repeatable then refuse_reconcile(op) end
  local settings = channel.settings
  local text, refusal
  if body then
    text, refusal = request.encode_body(body, op)
  end
  local query_text, query_refusal = "", nil
  if query then
    query_text, query_refusal = encode_query(query)
  end
  local call = {
    scope = scope,
    operation = op,
    method = op.method,
    path = path,
    url = prefix .. path .. query_text,
    refusal = refusal or query_refusal,
    own_headers = options.headers,
    body = text,
    timeout = options.timeout or settings.timeout,
    connect_timeout = settings.connect_timeout,
    max_response_bytes = settings.max_response_bytes,
    max_retries = options.max_retries or settings.max_retries,
    priority = options.priority,
    is_legacy = settings.is_legacy,
    tag = tag_of(settings, options),
    attempt = 0,
    elapsed = 0,
  }
  local total = options.total_timeout or settings.total_timeout
  if total then
    call.attempt_timeout = call.timeout
    call.deadline = channel.runtime:now() + total
  end
  return call
end

local no_options = {}

--- Builds the request of an operation; raises what cannot be sent.
---@param scope rtk.Scope
---@param op rtk.Operation
---@param ids any[] in the template's order
---@param payload? table query for GET and DELETE, else body; read by input_table.shallow already
---@param options? rtk.CallOptions already checked
---@return rtk.Call call
function request.new(scope, op, ids, payload, options)
  options = options or no_options
  local query, body
  if payload ~= nil or options ~= no_options then
    query, body = split_payload(op, payload, options)
  end
  if op.fields.body then body = operation.complete_body(op, body) end
  local prefix, path = prefix_of(scope, op), url.path(op, ids)
  return build(scope, op, prefix, path, query, body, options)
end

--- Builds a request for any path below the base URL, the account or the app; raises what cannot
--- be sent.
---@param scope rtk.Scope
---@param options rtk.RequestOptions already checked
---@return rtk.Call call
function request.custom(scope, options)
  local method = options.method or "GET"
  request.payload_of(method)
  local op = operation.unknown(method)
  local query = request.fields("query", options.query, options.extra_query)
  local body = input_table.shallow("body", options.body)
  body = request.fields("body", body, options.extra_body)
  local path, prefix = url.check_path(options.path), scope.channel.settings.base_url
  if options.below then
    op.is_of_account = options.below == "account"
    prefix = prefix_of(scope, op)
  end
  return build(scope, op, prefix, path, query, body, options)
end

return request
