-- SPDX-License-Identifier: MIT
-- What rtk.new was told, completed: defaults, credentials, where to send them.
--
-- Settings are read once, when a client is made, from the options and then
-- from the environment. Messages never show a value, only its name.

local base_url = require("rtk.http.base_url")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")

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

local function check_token(token)
  if token:find("^[Bb]earer[ \t-\r]") then
    misuse.raise('api_token must be the bare token: leave "Bearer " away')
  end
  if token:find("[%z\1-\32\127\"']") then
    misuse.raise("api_token must not contain spaces, line ends or quotes; was it pasted whole?")
  end
  if token:find("[\127-\255]") then misuse.raise("api_token must be plain ASCII") end
  return token
end

local function check_basic(basic)
  local organization, key = basic.organization_id or basic[1], basic.api_key or basic[2]
  for name, value in pairs({ organization_id = organization or false, api_key = key or false }) do
    if type(value) ~= "string" or value == "" or value:find("[%z\1-\32\127]") then
      misuse.raise("basic." .. name .. " must be a string without spaces")
    end
  end
  if organization:find(":", 1, true) then
    misuse.raise("basic.organization_id must not contain a colon")
  end
  return { organization_id = organization, api_key = key }
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

local function url_of(options)
  if options.base_url then return options.base_url end
  if options.basic then return LEGACY_API end
  return environment("CLOUDFLARE_BASE_URL") or API
end

--- Checks the options of rtk.new and completes them.
---@param options? rtk.ClientOptions
---@return table settings a new table
function settings.resolve(options)
  options = option.check_client(options)
  if options.ca_file and options.ca_pem then misuse.raise("give ca_file or ca_pem, not both") end
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
  resolved.base_url, resolved.is_loopback = base_url.check(url_of(options), options.allow_insecure)
  -- A proxy between this machine and itself is never meant.
  if resolved.is_loopback and not options.proxy then resolved.proxy = "" end
  return resolved
end

return settings
