-- SPDX-License-Identifier: MIT
-- The options of rtk.new and of single calls: names and kinds.

local http_headers = require("rtk.http.headers")
local misuse = require("rtk.misuse")
local validate = require("rtk.validate")
local input_table = require("rtk.input_table")

---@class rtk.ClientOptions
---@field api_token? string|fun(): string?, string? default $CLOUDFLARE_API_TOKEN; a function is
---asked before each attempt, and returns nil and why when there is none
---@field account_id? string|false default $CLOUDFLARE_ACCOUNT_ID; false for a client without one
---@field app_id? string|false default $REALTIMEKIT_APP_ID; needed by everything but client.apps
---@field base_url? string default $CLOUDFLARE_BASE_URL, else Cloudflare's API
---@field basic? { organization_id: string, api_key: string } instead of api_token: the older API
---@field timeout? number seconds for one attempt, the reply's body included; default 60
---@field connect_timeout? number seconds; default 10
---@field max_retries? integer default 2
---@field max_retry_wait? number seconds; the longest wait before an attempt; default 60
---@field total_timeout? number seconds for a call with all attempts and waits; default none
---@field max_response_bytes? integer after decompression; default 64 MiB
---@field max_connections? integer at once; default 128
---@field headers? table<string, string>|fun(request: rtk.HeadersRequest): table<string, string>?
---sent with every request; a function is asked for each attempt
---@field ca_file? string file of certificates (PEM) to trust, read by rtk.new; default
---$SSL_CERT_FILE, else the system's, and the directory $SSL_CERT_DIR
---@field ca_pem? string such certificates themselves instead of a file of them
---@field proxy? string [scheme://][user:password@]host[:port] with http (the default), https,
---socks4, socks4a, socks5 or socks5h; "" for none; default from the environment, as curl does
---@field user_agent? string
---@field allow_insecure? boolean send credentials over plain http to other machines
---@field allow_blocking? boolean let calls block nginx where it cannot wait, as in init_by_lua
---@field rate_limit? rtk.RateLimiter asked before every attempt; see rtk.rate_limit
---@field on_event? fun(event: rtk.Event) receives events; must not raise: an error
---reaches the caller of the method, and the response is lost
---@field tag? any comes with every event
---@field transport? table with submit and step, instead of the network
---@field runtime? table how to wait; by default chosen for each call

---@class rtk.HeadersRequest what a function `headers` receives
---@field call_id string the id of the call's events, 16 hex digits
---@field parent_id? string
---@field operation string
---@field method string
---@field url string without the query
---@field attempt integer counted from 1
---@field tag? any

---@class rtk.CallOptions
---@field timeout? number seconds for one attempt
---@field total_timeout? number seconds for the call with all attempts and waits
---@field max_retries? integer
---@field priority? boolean go before other calls at the rate limit; default for those that
---mint a participant's token
---@field reconcile? fun(client: rtk.Client, request: rtk.AmbiguousRequest): (table|false)?, string?
---finds out what a failed call that must not be repeated did; see rtk.attempts.reconcile
---@field headers? table<string, string>
---@field tag? any comes with every event of the call, instead of the client's
---@field extra_query? table query fields that rtk does not know
---@field extra_body? table merged into the body at every depth
---@field account_id? string instead of the client's
---@field app_id? string instead of the client's
---@field fields? string[] of list, each and get alone: the fields to build of each object, besides
---id; the others are nil, and rtk.response(object).fields lists those that are not

---@class rtk.RequestOptions: rtk.CallOptions
---@field method? "GET"|"HEAD"|"POST"|"PUT"|"PATCH"|"DELETE" default GET
---@field path string below the base URL, starting with a slash
---@field query? table
---@field body? table
---@field below? "account"|"app" what path is below, instead of the base URL: RealtimeKit in the
---account, or the app
---@field account_id? string only with below
---@field app_id? string only with below

---@class rtk.EachOptions: rtk.CallOptions
---@field max_items? integer
---@field max_pages? integer
---@field prefetch? integer pages to have in flight while others are walked; default 0

local seconds, wait = validate.seconds, validate.wait
local count, size = validate.count, validate.size

local MOST_PREFETCHED = 1000 -- pages, each of which has a task before anything is known of the list

local function prefetch(name, value)
  count(name, value)
  if value > MOST_PREFETCHED then
    misuse.raise(("%s must be %d at most"):format(name, MOST_PREFETCHED))
  end
end

local function line(name, value)
  misuse.check(name, value, "string")
  if not http_headers.is_line(value) then
    misuse.raise(name .. " must not contain control characters")
  end
end

local function headers(name, value)
  misuse.check(name, value, "table")
  http_headers.check(value)
end

local function headers_or_function(name, value)
  if type(value) ~= "function" then headers(name, value) end
end

local function anything() end

local function has_method(value, name)
  local ok, method = pcall(function()
    return value[name]
  end)
  return ok and type(method) == "function"
end

-- The methods must exist; calls show the rest.
local function check_object(what, ...)
  local methods = { ... }
  return function(name, value)
    local is_object = type(value) == "table" or type(value) == "userdata"
    for _, method in ipairs(methods) do
      is_object = is_object and has_method(value, method)
    end
    if not is_object then misuse.raise(name .. " must be " .. what) end
  end
end

local function any() end

local basic_names = { organization_id = any, api_key = any, any, any }

-- rtk.http.credentials checks the values.
local function basic(name, value)
  validate.check(name, value, basic_names)
end

local limiter = check_object("a limiter such as rtk.rate_limit.memory{}", "admit", "observe")
local transport = check_object("an object with the methods submit and step", "submit", "step")
local runtime = check_object('a module such as require "rtk.runtime.blocking"', "new")

local function token(name, value)
  if type(value) ~= "function" then misuse.check(name, value, "string") end
end

local function id_or_false(name, value)
  if value ~= false then misuse.check(name, value, "string") end
end

local function names(name, value)
  misuse.check(name, value, "table")
  local listed = 0
  for _, field in ipairs(value) do
    misuse.check("a name in " .. name, field, "string")
    listed = listed + 1
  end
  for key in pairs(value) do
    if type(key) ~= "number" or key > listed then
      misuse.raise(name .. ' must be an array of names, such as { "title", "created_at" }')
    end
  end
end

local option = {
  -- The options of list and get besides those of any call, and those of each.
  read = { fields = names },
  each = { fields = names, max_items = count, max_pages = count, prefetch = prefetch },
}

local client_options = {
  api_token = token,
  account_id = id_or_false,
  app_id = id_or_false,
  base_url = "string",
  basic = basic,
  timeout = seconds,
  connect_timeout = seconds,
  max_retries = count,
  max_retry_wait = wait,
  total_timeout = seconds,
  max_response_bytes = size,
  max_connections = size,
  headers = headers_or_function,
  ca_file = line,
  ca_pem = "string",
  proxy = line,
  user_agent = line,
  allow_insecure = "boolean",
  allow_blocking = "boolean",
  rate_limit = limiter,
  on_event = "function",
  tag = anything,
  transport = transport,
  runtime = runtime,
}

local call_options = {
  timeout = seconds,
  total_timeout = seconds,
  max_retries = count,
  priority = "boolean",
  reconcile = "function",
  headers = headers,
  tag = anything,
  extra_query = "table",
  extra_body = "table",
  account_id = "string",
  app_id = "string",
}

local NONE = {}

-- A likely mistake for which the nearest name would not help.
local function refuse_those_of_others(what, options, extra)
  if type(options) ~= "table" then return end
  for name in pairs(option.each) do
    if options[name] ~= nil and not (extra or NONE)[name] then
      local owner = option.read[name] and "list, each and get, where they return objects with an id"
        or "each"
      misuse.raise(("unknown option %s in %s; it is an option of %s"):format(name, what, owner))
    end
  end
end

--- Checks the options of rtk.new.
---@param options? rtk.ClientOptions
---@return rtk.ClientOptions options the same, or none of them
function option.check_client(options)
  local what = "the options of rtk.new"
  options = input_table.shallow(what, options or {})
  refuse_those_of_others(what, options)
  validate.check(what, options, client_options)
  return options
end

--- Checks the options of one call.
---@param options rtk.CallOptions
---@param extra? table<string, string|function> further ones that this call takes, with their kinds
function option.check_call(options, extra)
  if extra ~= option.each then refuse_those_of_others("options", options, extra) end
  validate.check("options", options, call_options, extra)
end

local request_options = {
  below = function(name, value)
    if value ~= "account" and value ~= "app" then
      misuse.raise(name .. ' must be "account" or "app"')
    end
  end,
  method = "string",
  path = "string",
  query = "table",
  body = "table",
}

--- Checks the options of client:request.
---@param options any
---@return rtk.RequestOptions options the same, or a copy if it has a __pairs
function option.check_request(options)
  misuse.check("the request", options, "table")
  options = input_table.shallow("the request", options)
  option.check_call(options, request_options)
  if (options.account_id or options.app_id) and not options.below then
    misuse.raise("account_id and app_id have no effect without below: write them into path")
  end
  return options
end

local instead = {
  api_token = "client:set_token(token) changes it",
  app_id = "client:app(app_id) is a client for another app",
}

--- Raises: rtk.new has read the options of a client, so assigning one would have no effect.
---@param _ rtk.Client
---@param name any the field that is assigned
function option.refuse_assignment(_, name)
  local way_out = instead[name]
  if not way_out and client_options[name] then way_out = "it is an option of rtk.new" end
  misuse.raise(
    ("client.%s cannot be assigned: %s"):format(
      tostring(name),
      way_out or "a client takes no fields of yours"
    )
  )
end

--- Whether a call, or each, has an option of that name.
---@param name string
---@return boolean
function option.is_call_option(name)
  return call_options[name] ~= nil or option.each[name] ~= nil
end

return option
