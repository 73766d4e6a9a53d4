-- SPDX-License-Identifier: MIT
-- A process that makes calls one after the other under a limiter, run by specs with several others:
--   limited_calls.lua BASE_URL COUNT none|memory|REDIS_SOCKET
-- It prints how many calls succeeded and how many the API refused.

local core = require("rtk.core")
local redis_server = require("spec.support.redis_server")
local rtk = require("rtk")

local base_url, count, kind = arg[1], tonumber(arg[2]), arg[3]

local function limiter_of()
  if kind == "none" then return nil end
  if kind == "memory" then return rtk.rate_limit.memory() end
  redis_server.add_module_path()
  -- A loaded machine answers late; that must not turn this into a spec of the fallback.
  return rtk.rate_limit.redis({ path = kind, timeout = 5 })
end

local client = rtk.new({
  api_token = "token",
  account_id = "a",
  app_id = require("rtk.emulator").new().app_id,
  base_url = base_url,
  max_retries = 0,
})
local limiter = limiter_of()

local function call()
  if limiter then
    local seconds = limiter:admit({ now = core.now() })
    while seconds > 0 do
      core.sleep(seconds)
      seconds = limiter:admit({ now = core.now() })
    end
  end
  local page, _, err = client.meetings:list()
  if limiter then
    local response = page and rtk.response(page) or {}
    limiter:observe({
      now = core.now(),
      status = page and response.status or err.status,
      headers = response.headers,
      retry_after = err and err.retry_after,
      code = err and err.code,
    })
  end
  return page ~= nil, err
end

local succeeded, refused = 0, 0
for _ = 1, count do
  local ok, err = call()
  if ok then
    succeeded = succeeded + 1
  elseif err.kind == "rate_limit" then
    refused = refused + 1
  else
    error(err.message)
  end
end
io.write(succeeded, " ", refused, "\n")
