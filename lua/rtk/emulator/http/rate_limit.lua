-- SPDX-License-Identifier: MIT
-- Cloudflare's rate limit: a quota of requests for each token and window; one request too many
-- blocks the token for a time. Counts on the emulator's clock, plus real time where the option asks
-- for it. emulator.rates holds { started, count, blocked_until? } in seconds for each token.
local response = require("rtk.emulator.http.response")

local rate_limit = {}

local MESSAGE = "Please wait and consider throttling your request speed"

local function now(emulator)
  -- The clock may follow real time itself.
  local adds = emulator.options.rate_limit.real_time and not emulator.options.speed
  local real = adds and os.time() or 0
  return emulator.clock:now() / 1000 + real
end

local function rate_of(emulator, token, time)
  local rate = emulator.rates[token]
  local over = rate and (rate.blocked_until or rate.started + emulator.options.rate_limit.window)
  if rate and time < over then return rate end
  rate = { started = time, count = 0 }
  emulator.rates[token] = rate
  return rate
end

--- The error envelope of a limited request.
---@param status integer 429, or 200 as the gateway often answers
---@return rtk.emulator.Reply
function rate_limit.reply(status)
  return response.gateway_failure(status, { { code = 971, message = MESSAGE } })
end

--- Puts the headers Ratelimit and Ratelimit-Policy into a response.
---@param answer rtk.emulator.Response
---@param limit { remaining: integer, reset: integer, quota: integer, window: integer } in seconds
function rate_limit.put_headers(answer, limit)
  answer.headers.ratelimit = string.format('"default";r=%d;t=%d', limit.remaining, limit.reset)
  answer.headers["ratelimit-policy"] =
    string.format('"default";q=%d;w=%d', limit.quota, limit.window)
end

--- The 429 response of a blocked token.
---@param emulator rtk.Emulator
---@param limit { retry_after: integer, quota: integer, window: integer } in seconds
---@return rtk.emulator.Response
function rate_limit.blocked(emulator, limit)
  local answer = response.of(emulator, rate_limit.reply(429))
  answer.headers["retry-after"] = string.format("%d", limit.retry_after)
  rate_limit.put_headers(answer, {
    remaining = 0,
    reset = limit.retry_after,
    quota = limit.quota,
    window = limit.window,
  })
  return answer
end

--- Counts a request.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@return table limit for put_headers
---@return rtk.emulator.Response? blocked when the quota is exceeded
function rate_limit.count(emulator, http)
  local option, time = emulator.options.rate_limit, now(emulator)
  local rate = rate_of(emulator, http.headers.authorization or "", time)
  rate.count = rate.count + 1
  if rate.count > option.quota and not rate.blocked_until then
    rate.blocked_until = time + option.block
  end
  local limit = {
    remaining = math.max(0, option.quota - rate.count),
    reset = math.ceil(rate.started + option.window - time),
    quota = option.quota,
    window = option.window,
  }
  if not rate.blocked_until then return limit end
  return limit,
    rate_limit.blocked(emulator, {
      retry_after = math.ceil(rate.blocked_until - time),
      quota = option.quota,
      window = option.window,
    })
end

return rate_limit
