-- SPDX-License-Identifier: MIT
-- The client: one account, one app, one transport.
--
-- A call flows one way: a resource method names an operation, the client
-- builds and sends it, the runtime waits for the transport. Clients for other
-- apps of the same account share everything but the ids.

local core = require("rtk.core")
local sender = require("rtk.http.sender")
local misuse = require("rtk.misuse")
local new_call = require("rtk.http.call").new
local operation = require("rtk.schema.operation")
local option = require("rtk.config.options")
local path = require("rtk.http.path")
local input_table = require("rtk.input_table")
local preset_hint = require("rtk.resources.preset_hint")
local reconcile = require("rtk.http.reconcile")
local request = require("rtk.http.request")
local resource = require("rtk.resources.base")
local response = require("rtk.http.response")
local runtime = require("rtk.runtime")
local settings = require("rtk.config.settings")
local settled = require("rtk.http.state_check")
local suggest = require("rtk.suggest")

---@class rtk.Client
---@field active_session rtk.ActiveSession
---@field analytics rtk.Analytics
---@field apps rtk.Apps
---@field livestreams rtk.Livestreams
---@field meetings rtk.Meetings
---@field presets rtk.Presets
---@field recordings rtk.Recordings
---@field sessions rtk.Sessions
---@field webhooks rtk.Webhooks
local Client = {}

local client = {}

local resources = {
  active_session = require("rtk.resources.active_session"),
  analytics = require("rtk.resources.analytics"),
  apps = require("rtk.resources.apps"),
  livestreams = require("rtk.resources.livestreams"),
  meetings = require("rtk.resources.meetings"),
  presets = require("rtk.resources.presets"),
  recordings = require("rtk.resources.recordings"),
  sessions = require("rtk.resources.sessions"),
  webhooks = require("rtk.resources.webhooks"),
}

local function names()
  local all = { "request", "close" }
  for name in pairs(resources) do
    all[#all + 1] = name
  end
  return all
end

local metatable = { __name = "rtk.Client", __index = Client }

setmetatable(Client, {
  __index = function(_, key)
    misuse.raise("the client has no " .. tostring(key) .. suggest.clause(key, names()))
  end,
})

function metatable.__tostring(self)
  return "rtk.Client (" .. self._settings.base_url .. ")"
end

local function make(shared, account_id, app_id)
  local made = {
    _settings = shared.settings,
    _shared = shared,
    _account_id = account_id or false,
    _app_id = app_id or false,
    _account_prefix = false,
    _app_prefix = false,
    _indexes = {},
  }
  for name, class in pairs(resources) do
    made[name] = resource.new(class, made)
  end
  return setmetatable(made, metatable)
end

local function open_transport(resolved)
  if resolved.transport then return resolved.transport end
  local transport, message, option_name = core.transport({
    max_connections = resolved.max_connections,
    ca_file = resolved.ca_file,
    ca_pem = resolved.ca_pem,
    proxy = resolved.proxy,
  })
  if option_name then misuse.raise(option_name .. " " .. message) end
  return transport, message
end

--- Makes a client.
---@param options? rtk.ClientOptions
---@return rtk.Client? client
---@return string? message when the system has no means for another one
function client.new(options)
  local resolved = settings.resolve(options)
  local transport, message = open_transport(resolved)
  if not transport then return nil, message end
  local shared = {
    settings = resolved,
    transport = transport,
    runtime = runtime.new(
      transport,
      resolved.runtime,
      { allow_blocking = resolved.allow_blocking }
    ),
    header_lines = request.header_lines(resolved),
    redact = request.redactor(resolved),
  }
  -- From here on the closures above are the only places that know them.
  resolved.is_legacy = resolved.basic and true
  resolved.api_token, resolved.basic, resolved.proxy, resolved.headers = nil, nil, nil, nil
  resolved.ca_pem = nil -- as large as a bundle
  return make(shared, resolved.account_id, resolved.app_id)
end

--- Whether client[name] is a resource.
---@param name any
---@return boolean
function Client:_has_resource(name)
  return resources[name] ~= nil
end

--- The same client for another app or account.
---@param account_id? string default this client's
---@param app_id? string default this client's
---@return rtk.Client
function Client:_scoped(account_id, app_id)
  return make(self._shared, account_id or self._account_id, app_id or self._app_id)
end

--- Runs a function beside the caller.
---@param f function
---@return table task
function Client:_spawn(f)
  return runtime.spawn(f, self._settings.runtime)
end

--- Closes the connections. Calls in progress end with kind "cancelled", later ones raise.
function Client:close()
  self._shared.is_closed = true
  self._shared.runtime:close()
  local transport = self._shared.transport
  if transport.close then transport:close() end
end

local function required(id, name, variable)
  if id then return path.segment(name, id) end
  misuse.raise(("%s is missing: pass it to rtk.new or set %s"):format(name, variable))
end

-- What comes before an operation's own path.
local function build_prefix(self, is_of_account)
  local base_url = self._settings.base_url
  if self._settings.is_legacy then
    if is_of_account then
      misuse.raise("client.apps needs an api_token; basic credentials belong to one app")
    end
    return base_url
  end
  local account_id = required(self._account_id, "account_id", "CLOUDFLARE_ACCOUNT_ID")
  local kit = base_url .. "/accounts/" .. account_id .. "/realtime/kit"
  if is_of_account then return kit end
  return kit .. "/" .. required(self._app_id, "app_id", "REALTIMEKIT_APP_ID")
end

-- It depends on ids that do not change, so it is built once.
local function prefix_of(self, op)
  local key = op.is_of_account and "_account_prefix" or "_app_prefix"
  if not self[key] then self[key] = build_prefix(self, op.is_of_account) end
  return self[key]
end

local no_options = {}

--- Calls one operation of the API.
---@param op rtk.Operation
---@param ids any[] in the template's order
---@param payload? table query for GET and DELETE, else body
---@param options? rtk.CallOptions already checked
---@return rtk.Reply? reply
---@return string? message
---@return rtk.Error? err
function Client:_call(op, ids, payload, options)
  local call = self:_prepare(op, ids, payload, options)
  local reply, message, err = sender.run(self._shared, call)
  if reply then return reply end
  return self:_conclude(call, { ids = ids, body = payload }, options, message, err)
end

-- Finds out whether an earlier attempt did what a call was to do. The reply if it did.
function Client:_read_state(reading, call, arguments, options)
  local shared, op = self._shared, operation.of(reading.operation)
  if shared.is_closed then return nil end
  local read = self:_prepare(op, arguments.ids, nil, settled.read_options(call, options))
  read.deadline = math.min(read.deadline, call.deadline or math.huge)
  local reply, _, err = sender.run(shared, read)
  call.elapsed = call.elapsed + read.elapsed
  local body = reading.reply_of(arguments.body, reply, err)
  return body and sender.reply(call, body, reply or {})
end

-- What becomes of a call that failed.
function Client:_conclude(call, arguments, options, message, err)
  arguments.find = options and options.reconcile
  if arguments.find and reconcile.is_due(call, err) then
    return reconcile.run(self, call, arguments, err)
  end
  local reading = settled.reading(call, err)
  local reply = reading and self:_read_state(reading, call, arguments, options)
  if reply then return reply end
  if not preset_hint.are_wanted(err, arguments.body) then return nil, message, err end
  local lister = operation.of(preset_hint.operation)
  local lookup = self:_prepare(lister, {}, preset_hint.query, preset_hint.options)
  preset_hint.explain(self._shared, lookup, call, err, arguments.body.preset_name)
  return nil, err.message, err
end

-- The query and the body that a call is given.
local function sort_payload(op, payload, options)
  local query, body
  if request.payload_of(op.method) == "query" then
    query = operation.check_query(op, payload)
  else
    body = operation.check_body(op, payload)
  end
  query = request.fields("query", query, options.extra_query)
  return query, request.fields("body", body, options.extra_body)
end

--- Builds what _call sends; raises what cannot be sent.
function Client:_prepare(op, ids, payload, options)
  options = options or no_options
  local query, body
  if payload ~= nil or options ~= no_options then
    query, body = sort_payload(op, payload, options)
  end
  if op.fields.body then body = operation.complete_body(op, body) end
  local prefix, own_path = prefix_of(self, op), operation.path(op, ids)
  return new_call(self._shared, op, prefix, own_path, query, body, options)
end

---@class rtk.RequestOptions
---@field method? "GET"|"HEAD"|"POST"|"PUT"|"PATCH"|"DELETE" default GET
---@field path string below the base URL, starting with a slash
---@field query? table
---@field body? table
---@field headers? table<string, string>
---@field timeout? number seconds for one attempt
---@field total_timeout? number seconds for the call with all attempts and waits
---@field max_retries? integer
---@field priority? boolean go before other calls at the rate limit
---@field reconcile? fun(client: rtk.Client, request: rtk.AmbiguousRequest): (table|false)?, string?
---@field extra_query? table
---@field extra_body? table

local request_options = {
  method = "string",
  path = "string",
  query = "table",
  body = "table",
}

--- Sends any request below the base URL: retries, errors and decoding are
--- those of the other calls, and the credentials are added.
---@param options rtk.RequestOptions
---@return table? reply the whole decoded reply, empty when there was no body
---@return string? message
---@return rtk.Error? err
function Client:request(options)
  if getmetatable(self) ~= metatable then
    misuse.raise("call client:request with a colon, not with a dot")
  end
  misuse.check("the request", options, "table")
  options = input_table.shallow("the request", options)
  option.check_call(options, request_options)
  if options.account_id or options.app_id then
    misuse.raise("account_id and app_id have no effect here: write them into path")
  end
  request.payload_of(options.method or "GET")
  local op = operation.unknown(options.method or "GET")
  local query = request.fields("query", options.query, options.extra_query)
  local body = request.fields("body", options.body, options.extra_body)
  local own_path = path.check(options.path)
  local call = new_call(self._shared, op, self._settings.base_url, own_path, query, body, options)
  local reply, message, err = sender.run(self._shared, call)
  if not reply then
    local arguments = { ids = {}, body = options.body }
    reply, message, err = self:_conclude(call, arguments, options, message, err)
  end
  if not reply then return nil, message, err end
  return reply.found or response.attach(reply.value, reply)
end

return client
