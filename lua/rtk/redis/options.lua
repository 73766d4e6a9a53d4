-- SPDX-License-Identifier: MIT
-- The options that say where a Redis is and how to log in.

local misuse = require("rtk.misuse")

---@class rtk.RedisOptions
---@field host? string default 127.0.0.1
---@field port? integer default 6379
---@field path? string of a Unix socket, instead of host and port
---@field tls? boolean use TLS and check the certificate; default false
---@field ca_file? string trusted certificates for tls; default the system's; inside nginx those
---of the directive lua_ssl_trusted_certificate
---@field username? string
---@field password? string
---@field database? integer default 0
---@field timeout? number seconds for one step with Redis; default 0.2

local options = {}

local rules = {
  host = { "name", "127.0.0.1" },
  port = { "port", 6379 },
  path = { "name" },
  tls = { "boolean", false },
  ca_file = { "string" },
  username = { "name" },
  password = { "string" },
  database = { "count", 0 },
  timeout = { "seconds", 0.2 },
}

--- The rules of these options and of further ones, for validate.with_defaults.
---@param further table<string, table>
---@return table<string, table> rules
function options.with(further)
  local all = {}
  for _, part in ipairs({ rules, further }) do
    for name, rule in pairs(part) do
      all[name] = rule
    end
  end
  return all
end

--- Raises for options that contradict each other.
---@param given table
function options.check(given)
  if given.ca_file and not given.tls then
    misuse.raise("ca_file has no effect without tls = true")
  end
  if given.tls and given.path then misuse.raise("give path or tls, not both") end
end

return options
