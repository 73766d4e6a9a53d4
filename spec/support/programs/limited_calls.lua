-- SPDX-License-Identifier: MIT
-- A process that makes calls one after the other under a limiter, run by specs with several others:
--   limited_calls.lua BASE_URL COUNT none|memory|REDIS_SOCKET
-- It prints how many calls succeeded and how many the API refused.

local rtk = require("rtk")

local base_url, count, kind = arg[1], tonumber(arg[2]), arg[3]

local function limiter_of()
  if kind == "none" then return nil end
  if kind == "memory" then return rtk.rate_limit.memory() end
  -- A loaded machine answers late; that must not turn this into a spec of the fallback.
  return rtk.rate_limit.redis({ path = kind, timeout = 30 })
end

local client = rtk.new({
  api_token = "token",
  account_id = "a",
  app_id = require("rtk.emulator").new().app_id,
  base_url = base_url,
  max_retries = 0,
  rate_limit = limiter_of(),
})

local succeeded, refused = 0, 0
for _ = 1, count do
  local page, message, err = client.meetings:list()
  if page then
    succeeded = succeeded + 1
  else
    assert(err.kind == "rate_limit" and err.status == 429, message)
    refused = refused + 1
  end
end
io.write(succeeded, " ", refused, "\n")
