-- SPDX-License-Identifier: MIT
-- Rate limiting as Cloudflare does it: a quota per window and token, and past it a time in which
-- everything with that token is refused. Counted on the emulator's clock, which real time moves as
-- well where the option says so. emulator.rates holds for each token { started, count,
-- blocked_until? }, in seconds.
local throttle = require("rtk.emulator.http.throttle")

local M = {}

local function now(emulator)
  local real = emulator.options.rate_limit.real_time and os.time() or 0
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

local function refusal(emulator, rate, time)
  local option = emulator.options.rate_limit
  return throttle.refusal(emulator, {
    retry_after = math.ceil(rate.blocked_until - time),
    quota = option.quota,
    window = option.window,
  })
end

--- Counts a request.
---@param emulator table
---@param request table
---@return table limit what throttle.put_headers takes
---@return table? refusal a response, when there was one request too many
function M.count(emulator, request)
  local option, time = emulator.options.rate_limit, now(emulator)
  local rate = rate_of(emulator, request.headers.authorization or "", time)
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
  return limit, rate.blocked_until and refusal(emulator, rate, time) or nil
end

return M
