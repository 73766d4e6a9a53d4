-- SPDX-License-Identifier: MIT
-- The figures of the page's charts: analytics by day as the API gives them, and the latest requests
-- with what each left of the rate limit.
local dispatch = require("rtk.emulator.http.dispatch")
local json = require("rtk.emulator.util.json")
local watch = require("rtk.emulator.page.watch")

local charts = {}

-- Seconds of requests that are shown, if no longer window has a limit.
local SHOWN = 60

-- What an operation of the app answers, without journal, faults and rate limit.
local function ask(emulator, account_id, app_id, path)
  local http = {
    method = "GET",
    path = ("/client/v4/accounts/%s/realtime/kit/%s%s"):format(account_id, app_id, path),
    headers = { authorization = "Bearer " .. emulator.api_token },
  }
  local reply = dispatch.answer(emulator, http, dispatch.match(emulator, http))
  if reply.status >= 300 then error(json.encode(reply.body), 0) end
  return reply.body.data
end

local function analytics(emulator, given)
  local app, account_id, app_id = watch.app(emulator, given)
  if not app then return json.null end
  local days = ask(emulator, account_id, app_id, "/analytics/daywise")
  days.livestreams = ask(emulator, account_id, app_id, "/analytics/livestreams/daywise")
  return days
end

local function remaining(answer)
  local left = (answer.headers.ratelimit or ""):match(";r=(%d+)")
  return left and tonumber(left)
end

-- The requests of the last seconds: { received, status, remaining? } each.
local function latest(emulator, seconds)
  local shown, oldest = json.array(), os.time() - seconds
  for _, entry in emulator.log:each() do
    local received = entry.request.received
    if received and received >= oldest then
      shown[#shown + 1] = json.array({ received, entry.answer.status, remaining(entry.answer) })
    end
  end
  return shown
end

--- What the charts show.
---@param emulator rtk.Emulator
---@param given { account_id?: string, app_id?: string }
---@return table
function charts.view(emulator, given)
  local limit = emulator.options.rate_limit
  local window = limit and limit.window or 0
  return {
    analytics = analytics(emulator, given),
    limit = limit and { quota = limit.quota, window = limit.window } or json.null,
    requests = latest(emulator, math.max(SHOWN, window)),
    seconds = math.max(SHOWN, window),
  }
end

return charts
