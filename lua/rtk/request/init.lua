-- SPDX-License-Identifier: MIT
-- Turns the arguments of a call into the request that is sent.
--
-- This is the only place that does: method, URL, query and body (rtk.request.payload), time limits.
-- What cannot be sent raises here, before any attempt, as does an id that would make the path that
-- of another operation. Only text that is not UTF-8 makes a call that fails, because it may be a
-- user's. rtk.http.header_lines adds the headers at each attempt.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local operation = require("rtk.request.operation")
local payload = require("rtk.request.payload")
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
---@field fresh? boolean use a new connection
---@field selection? string what the transport builds of a reply, see rtk.values.selection
---@field selected? string[] the names in it
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

local no_options = {}

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
  local field = op.is_of_account and "account_prefix" or "app_prefix"
  local prefix = scope[field]
  if prefix then return prefix end
  prefix = build_prefix(scope, op.is_of_account)
  scope[field] = prefix
  return prefix
end

-- Raises for an id with which another operation would be called.
local function check_taken(op, ids)
  for position, values in pairs(op.taken) do
    local name, id = op.arguments[position], ids[position]
    local other = values[id]
    if other then
      misuse.raise(('%s must not be "%s", with which %s would be called'):format(name, id, other))
    end
  end
end

--- The path of an operation below account and app.
---@param op rtk.Operation
---@param ids any[] in the template's order
---@return string path
function request.path(op, ids)
  if op.path then return op.path end
  local pieces, arguments = op.pieces, op.arguments
  local text = pieces[1]
  for index = 1, #arguments do
    local id = ids[index]
    -- Most stand in a path as they are.
    local segment = core.is_word(id) and id or url.segment(arguments[index], id)
    text = text .. segment .. pieces[index + 1]
  end
  if op.taken then check_taken(op, ids) end
  return text
end

-- Raises where no call can be made.
local function check(channel, op, options)
  if channel.is_closed then misuse.raise("the client is closed: make another with rtk.new") end
  if options and options.reconcile and op.is_repeatable then
    local name = op.name or op.method
    misuse.raise(("reconcile has no use for %s: rtk repeats it, so leave it out"):format(name))
  end
end

-- What the options of a call change.
local function apply(options, call)
  call.own_headers, call.priority = options.headers, options.priority
  call.timeout = options.timeout or call.timeout
  call.max_retries = options.max_retries or call.max_retries
  if options.tag ~= nil then call.tag = options.tag end
end

-- A call that can be made, without body and refusal.
local function new_call(scope, op, options, path, url_text)
  local settings = scope.channel.settings
  local call = {
    scope = scope,
    operation = op,
    method = op.method,
    path = path,
    url = url_text,
    timeout = settings.timeout,
    connect_timeout = settings.connect_timeout,
    max_response_bytes = settings.max_response_bytes,
    max_retries = settings.max_retries,
    attempt = 0,
    elapsed = 0,
  }
  if settings.tag ~= nil then call.tag = settings.tag end
  if options then apply(options, call) end
  local total = options and options.total_timeout or settings.total_timeout
  if total then
    call.attempt_timeout = call.timeout
    call.deadline = scope.channel.runtime:now() + total
  end
  return call
end

--- Builds the request of an operation; raises what cannot be sent.
---@param scope rtk.Scope
---@param op rtk.Operation
---@param ids any[] in the template's order
---@param fields? table query for GET and DELETE, else body; read by input_table.shallow already
---@param options? rtk.CallOptions already checked
---@return rtk.Call call
function request.new(scope, op, ids, fields, options)
  if options or scope.channel.is_closed then check(scope.channel, op, options) end
  local prefix = prefix_of(scope, op)
  local path = request.path(op, ids)
  local call = new_call(scope, op, options, path, prefix .. path)
  if fields == nil and options == nil and not op.fields.body then return call end
  local query_text, body, refusal = payload.read(op, fields, options or no_options)
  call.url, call.body, call.refusal = call.url .. query_text, body, refusal
  return call
end

---@class rtk.ListRequest what the requests for the pages of a list have in common
---@field scope rtk.Scope
---@field operation rtk.Operation
---@field options? rtk.CallOptions
---@field path string
---@field url string without the query
---@field first string the query of the page that it names, or of the first
---@field before string of any other page: the query up to the number
---@field after string and what comes after it
---@field refusal? string why none of them can be sent

--- Builds what the requests for the pages of a list have in common; raises what cannot be sent.
---@param scope rtk.Scope
---@param op rtk.Operation
---@param ids any[] in the template's order
---@param query? table read by input_table.shallow already
---@param options? rtk.CallOptions already checked
---@return rtk.ListRequest list
function request.list(scope, op, ids, query, options)
  check(scope.channel, op, options)
  local prefix = prefix_of(scope, op)
  local first, before, after, refusal = payload.read_list(op, query, options or no_options)
  local path = request.path(op, ids)
  return {
    scope = scope,
    operation = op,
    options = options,
    path = path,
    url = prefix .. path,
    first = first,
    before = before,
    after = after,
    refusal = refusal,
  }
end

--- Builds the request for one page of a list.
---@param list rtk.ListRequest
---@param page_no? integer default the one that the query names, or the first
---@param deadline? number of all pages together, on the runtime's clock
---@return rtk.Call call
function request.page(list, page_no, deadline)
  check(list.scope.channel, list.operation, list.options)
  local query = page_no and list.before .. core.encode(page_no) .. list.after or list.first
  local call = new_call(list.scope, list.operation, list.options, list.path, list.url .. query)
  call.refusal = list.refusal
  if deadline then
    call.attempt_timeout, call.deadline = call.timeout, deadline
  end
  return call
end

--- Builds a request for any path below the base URL, the account or the app; raises what cannot
--- be sent.
---@param scope rtk.Scope
---@param options rtk.RequestOptions already checked
---@return rtk.Call call
function request.custom(scope, options)
  local method = options.method or "GET"
  payload.name_of(method) -- raises
  local op = operation.unknown(method, options.below == "account")
  local query_text, body, refusal = payload.read_custom(op, options)
  local path, prefix = url.check_path(options.path), scope.channel.settings.base_url
  if options.below then prefix = prefix_of(scope, op) end
  check(scope.channel, op, options)
  local call = new_call(scope, op, options, path, prefix .. path .. query_text)
  call.body, call.refusal = body, refusal
  return call
end

return request
