-- SPDX-License-Identifier: MIT
-- Runs inside the nginx of limited_nginx.lua.

local blocking = require("rtk.runtime.blocking")
local cjson = require("cjson").new()
local rtk = require("rtk")

local ngx = rawget(_G, "ngx")

local limited_nginx_app = {}

local kept = {}

-- Calls are short here, waits are not: those must not hold up the worker.
local runtime = {}

function runtime.new(transport)
  local instance = setmetatable({}, { __index = blocking.new(transport) })
  function instance:sleep(seconds)
    ngx.sleep(seconds)
  end
  return instance
end

local function client(options)
  local given = { api_token = "token", account_id = "a", max_retries = 0, runtime = runtime }
  given.app_id = require("rtk.emulator").new().app_id
  for name, value in pairs(options) do
    given[name] = value
  end
  return rtk.new(given)
end

--- Makes limiters before there are workers. Nothing listens on port 1.
function limited_nginx_app.prepare()
  kept.early = rtk.rate_limit.shared_dict({ name = "limits", key = "early" })
  kept.early_redis = rtk.rate_limit.redis({ port = 1, timeout = 30 })
end

--- Runs the Lua that was posted.
function limited_nginx_app.serve()
  ngx.req.read_body()
  local environment = setmetatable({ kept = kept, client = client, rtk = rtk }, { __index = _G })
  local chunk = assert(loadstring(ngx.req.get_body_data())) -- luacheck: ignore
  local ok, result = pcall(setfenv(chunk, environment)) -- luacheck: ignore
  ngx.print(cjson.encode({ ok = ok, result = result }))
end

--- Asks the limiter in a phase that has no sockets.
function limited_nginx_app.log()
  kept.logged = { kept.limiter:admit({ now = 0, priority = false }) }
end

return limited_nginx_app
