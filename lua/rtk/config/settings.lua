-- SPDX-License-Identifier: MIT
-- The settings of a client: the options of rtk.new with defaults, credentials and base URL.
--
-- Settings are read once, when a client is made, from the options and then
-- from the environment. Messages never show a value, only its name.

local credentials = require("rtk.http.credentials")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local url = require("rtk.http.url")

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

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local function url_of(options)
  if options.base_url then return options.base_url end
  if options.basic then return LEGACY_API end
  return environment("CLOUDFLARE_BASE_URL") or API
end

--- Checks the options of rtk.new and adds defaults.
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
  local default_token = environment("CLOUDFLARE_API_TOKEN")
  resolved.api_token, resolved.basic = credentials.check(options, default_token)
  resolved.account_id = options.account_id or environment("CLOUDFLARE_ACCOUNT_ID")
  resolved.app_id = options.app_id or environment("REALTIMEKIT_APP_ID")
  resolved.base_url, resolved.is_loopback = url.check_base(url_of(options), options.allow_insecure)
  -- A loopback address never needs a proxy.
  if resolved.is_loopback and not options.proxy then resolved.proxy = "" end
  return resolved
end

return settings
