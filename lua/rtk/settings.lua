-- SPDX-License-Identifier: MIT
-- What rtk.new and single calls can be told: names, defaults, checks.
--
-- Settings are read once, when a client is made, from the options and then
-- from the environment. Messages never show a value, only its name.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

---@class rtk.ClientOptions
---@field api_token? string default $CLOUDFLARE_API_TOKEN
---@field account_id? string default $CLOUDFLARE_ACCOUNT_ID
---@field app_id? string default $REALTIMEKIT_APP_ID; needed by everything but client.apps
---@field base_url? string default $CLOUDFLARE_BASE_URL, else Cloudflare's API
---@field basic? { organization_id: string, api_key: string } instead of api_token: the older API
---@field timeout? number seconds for one attempt, the reply's body included; default 60
---@field connect_timeout? number seconds; default 10
---@field max_retries? integer default 2
---@field max_retry_wait? number seconds; the longest Retry-After obeyed by waiting; default 60
---@field max_response_bytes? integer after decompression; default 64 MiB
---@field max_connections? integer at once; default 128
---@field headers? table<string, string> sent with every request
---@field ca_file? string certificates to trust instead of the system's
---@field proxy? string default from the environment, as curl does; "" for none
---@field user_agent? string
---@field allow_insecure? boolean send credentials over plain http to other machines
---@field allow_blocking? boolean let calls block nginx where it cannot wait, as in init_by_lua
---@field on_event? fun(event: rtk.Event) told what happens; must not raise
---@field transport? table with submit and step, instead of the network
---@field runtime? table how to wait; default blocking

---@class rtk.CallOptions
---@field timeout? number seconds for one attempt
---@field max_retries? integer
---@field headers? table<string, string>
---@field extra_query? table query fields that rtk does not know
---@field extra_body? table merged into the body at every depth
---@field account_id? string instead of the client's
---@field app_id? string instead of the client's

---@class rtk.EachOptions: rtk.CallOptions
---@field max_items? integer
---@field max_pages? integer
---@field prefetch? integer pages to have in flight while others are walked; default 0

---@class rtk.Event
---@field type "request"|"response"|"retry"|"wait"
---@field method string
---@field url string without the query
---@field attempt integer
---@field status? integer of a response
---@field elapsed? number seconds, of a response
---@field kind? rtk.ErrorKind when it failed
---@field message? string when it failed
---@field request_id? string when it failed
---@field seconds? number of a wait

local settings = {}

local API = "https://api.cloudflare.com/client/v4"
local LEGACY_API = "https://api.realtime.cloudflare.com/v2"

local defaults = {
  timeout = 60,
  connect_timeout = 10,
  max_retries = 2,
  max_retry_wait = 60,
  max_response_bytes = 64 * 2 ^ 20,
  max_connections = 128,
}

local client_options = {
  api_token = "string",
  account_id = "string",
  app_id = "string",
  base_url = "string",
  basic = "table",
  timeout = "seconds",
  connect_timeout = "seconds",
  max_retries = "count",
  max_retry_wait = "seconds",
  max_response_bytes = "count",
  max_connections = "count",
  headers = "table",
  ca_file = "string",
  proxy = "string",
  user_agent = "string",
  allow_insecure = "boolean",
  allow_blocking = "boolean",
  on_event = "function",
  transport = "transport",
  runtime = "table",
}

local call_options = {
  timeout = "seconds",
  max_retries = "count",
  headers = "table",
  extra_query = "table",
  extra_body = "table",
  account_id = "string",
  app_id = "string",
}

local checks = {}

function checks.seconds(name, value)
  misuse.check(name, value, "number")
  if not (value > 0 and value < 1e9) then
    misuse.raise(name .. " must be a positive number of seconds")
  end
end

function checks.count(name, value)
  misuse.check(name, value, "number")
  if not (value >= 0 and value < 2 ^ 53 and value % 1 == 0) then
    misuse.raise(name .. " must be a whole number that is not negative")
  end
end

function checks.transport(name, value)
  if type(value) ~= "table" and type(value) ~= "userdata" then
    misuse.raise(name .. " must be a transport object, got " .. misuse.describe(value))
  end
end

local function names_of(known)
  local names = {}
  for name in pairs(known) do
    names[#names + 1] = name
  end
  return names
end

local function check_options(options, known, what)
  misuse.check(what, options, "table")
  for name, value in pairs(options) do
    local kind = known[name]
    if not kind then
      local clause = suggest.clause(name, names_of(known))
      misuse.raise("unknown option " .. tostring(name) .. " in " .. what .. clause)
    end
    if checks[kind] then
      checks[kind](name, value)
    else
      misuse.check(name, value, kind)
    end
  end
  if options.headers then settings.check_headers(options.headers) end
  return options
end

--- Raises unless every header can be sent as it is.
---@param headers table<string, string>
function settings.check_headers(headers)
  for name, value in pairs(headers) do
    if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+%-.^_`|~]+$") then
      misuse.raise("headers must map header names to strings; one name is not a header name")
    end
    if type(value) ~= "string" or value:find("[%z\1-\8\10-\31\127]") then
      misuse.raise("headers." .. name .. " must be a string without control characters")
    end
  end
end

--- Checks the options of one call.
---@param options? rtk.CallOptions
---@param extra? table<string, string> further names this call knows, with their kinds
function settings.check_call(options, extra)
  if options == nil then return end
  local known = call_options
  if extra then
    known = {}
    for name, kind in pairs(call_options) do
      known[name] = kind
    end
    for name, kind in pairs(extra) do
      known[name] = kind
    end
  end
  check_options(options, known, "options")
end

--- Whether a call has an option of that name.
---@param name string
---@return boolean
function settings.is_call_option(name)
  return call_options[name] ~= nil
end

local function check_token(token)
  if token:find("^[Bb]earer%s") then
    misuse.raise('api_token must be the bare token: leave "Bearer " away')
  end
  if token:find("[%s%c\"']") then
    misuse.raise("api_token must not contain spaces, line ends or quotes; was it pasted whole?")
  end
  if token:find("[\127-\255]") then misuse.raise("api_token must be plain ASCII") end
  return token
end

local function check_basic(basic)
  local organization, key = basic.organization_id or basic[1], basic.api_key or basic[2]
  for name, value in pairs({ organization_id = organization or false, api_key = key or false }) do
    if type(value) ~= "string" or value == "" or value:find("[%s%c]") then
      misuse.raise("basic." .. name .. " must be a string without spaces")
    end
  end
  if organization:find(":", 1, true) then
    misuse.raise("basic.organization_id must not contain a colon")
  end
  return { organization_id = organization, api_key = key }
end

local function is_loopback(host)
  return host == "localhost" or host == "[::1]" or host:find("^127%.%d+%.%d+%.%d+$") ~= nil
end

local function check_base_url(url, allow_insecure)
  local scheme, authority, path = url:match("^(%a[%w+.-]*)://([^/?#]*)(.*)$")
  scheme = scheme and scheme:lower()
  if scheme ~= "https" and scheme ~= "http" then
    misuse.raise("base_url must start with https://")
  end
  if url:find("[%s%c]") then
    misuse.raise("base_url must not contain spaces or control characters")
  end
  if authority:find("@", 1, true) then
    misuse.raise("base_url must not contain credentials; use api_token or basic")
  end
  if path:find("[?#\\]") then misuse.raise("base_url must not have a query or a fragment") end
  local host = authority:gsub(":%d*$", ""):lower()
  if host == "" then misuse.raise("base_url must name a host") end
  if scheme == "http" and not allow_insecure and not is_loopback(host) then
    misuse.raise("base_url must use https, or set allow_insecure = true to send the token in clear")
  end
  return (url:gsub("/+$", "")), is_loopback(host)
end

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local function credentials(options)
  if options.basic then
    if options.api_token then misuse.raise("give api_token or basic, not both") end
    return nil, check_basic(options.basic)
  end
  local token = options.api_token or environment("CLOUDFLARE_API_TOKEN")
  if not token then
    misuse.raise("api_token is missing: pass it to rtk.new or set CLOUDFLARE_API_TOKEN")
  end
  if token == "" then misuse.raise("api_token must not be empty") end
  return check_token(token), nil
end

local function base_url(options)
  if options.base_url then return options.base_url end
  if options.basic then return LEGACY_API end
  return environment("CLOUDFLARE_BASE_URL") or API
end

--- Checks the options of rtk.new and completes them.
---@param options? rtk.ClientOptions
---@return table settings a new table
function settings.resolve(options)
  options = check_options(options or {}, client_options, "the options of rtk.new")
  local resolved = {}
  for name, value in pairs(defaults) do
    resolved[name] = value
  end
  for name, value in pairs(options) do
    resolved[name] = value
  end
  resolved.api_token, resolved.basic = credentials(options)
  resolved.account_id = options.account_id or environment("CLOUDFLARE_ACCOUNT_ID")
  resolved.app_id = options.app_id or environment("REALTIMEKIT_APP_ID")
  resolved.base_url, resolved.is_loopback =
    check_base_url(base_url(options), options.allow_insecure)
  -- A proxy between this machine and itself is never meant.
  if resolved.is_loopback and not options.proxy then resolved.proxy = "" end
  return resolved
end

return settings
