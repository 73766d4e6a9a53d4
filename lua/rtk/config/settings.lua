-- SPDX-License-Identifier: MIT
-- The settings of a client: the options of rtk.new with defaults, credentials and base URL.
--
-- Settings are read once, when a client is made, from the options and then from the environment.
-- Messages never show a value, only its name and where it comes from.

local credentials = require("rtk.http.credentials")
local input_table = require("rtk.input_table")
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
  -- Each call reads these, which takes longer in Lua 5.4 where a field is absent.
  on_event = false,
  rate_limit = false,
}

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

-- The older API beside the one that CLOUDFLARE_BASE_URL names: Cloudflare has it on another host,
-- the emulator below another path.
local function legacy_url(url_text)
  local text = url_text:gsub("/+$", "")
  if text == API then return LEGACY_API end
  return (text:gsub("/client/v4$", "/v2"))
end

local OPTION = "the options of rtk.new"

-- The base URL and where it comes from.
local function url_of(options)
  if options.base_url then return options.base_url, OPTION end
  local text = environment("CLOUDFLARE_BASE_URL")
  if not text then return options.basic and LEGACY_API or API, "the default" end
  return options.basic and legacy_url(text) or text, "$CLOUDFLARE_BASE_URL"
end

-- An id and where it comes from. False stands for none, whatever the environment has.
local function id_of(options, name, variable)
  local id, from = options[name], OPTION
  if id == nil then
    id, from = environment(variable), "$" .. variable
  end
  if not id then return nil end
  url.segment(name, id)
  return id, from
end

local function check_ids(resolved, options)
  if resolved.account_id or options.account_id == false or resolved.basic then return end
  misuse.raise(
    "account_id is missing: pass it to rtk.new or set CLOUDFLARE_ACCOUNT_ID"
      .. " (account_id = false makes a client without one)"
  )
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
  resolved.headers = input_table.copy("headers", options.headers)
  local default_token = environment("CLOUDFLARE_API_TOKEN")
  resolved.api_token, resolved.basic = credentials.check(options, default_token)
  local origins = { api_token = options.api_token and OPTION or "$CLOUDFLARE_API_TOKEN" }
  resolved.account_id, origins.account_id = id_of(options, "account_id", "CLOUDFLARE_ACCOUNT_ID")
  resolved.app_id, origins.app_id = id_of(options, "app_id", "REALTIMEKIT_APP_ID")
  local base_url
  base_url, origins.base_url = url_of(options)
  resolved.base_url, resolved.is_loopback = url.check_base(base_url, options.allow_insecure)
  check_ids(resolved, options)
  if resolved.basic then origins.api_token = nil end
  resolved.origins = origins
  -- A loopback address never needs a proxy.
  if resolved.is_loopback and not options.proxy then resolved.proxy = "" end
  return resolved
end

return settings
