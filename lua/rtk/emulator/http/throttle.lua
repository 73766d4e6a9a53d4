-- SPDX-License-Identifier: MIT
-- How Cloudflare words its rate limit: the headers on every answer, and the refusal of one request
-- too many, which has code 971 in the gateway's envelope.
local reply = require("rtk.emulator.http.reply")
local response = require("rtk.emulator.http.response")

local M = {}

local MESSAGE = "Please wait and consider throttling your request speed"

--- The refusal as a reply.
---@param status integer 429, or 200 as the gateway often has it
---@return table reply
function M.reply(status)
  return reply.gateway_failure(status, { { code = 971, message = MESSAGE } })
end

--- Puts the two headers into an answer.
---@param answer table
---@param limit { remaining: integer, reset: integer, quota: integer, window: integer } in seconds
function M.put_headers(answer, limit)
  answer.headers.ratelimit = string.format('"default";r=%d;t=%d', limit.remaining, limit.reset)
  answer.headers["ratelimit-policy"] =
    string.format('"default";q=%d;w=%d', limit.quota, limit.window)
end

--- The refusal as it leaves.
---@param emulator table
---@param limit { retry_after: integer, quota: integer, window: integer } in seconds
---@return table response
function M.refusal(emulator, limit)
  local answer = response.of(emulator, M.reply(429))
  answer.headers["retry-after"] = string.format("%d", limit.retry_after)
  M.put_headers(answer, {
    remaining = 0,
    reset = limit.retry_after,
    quota = limit.quota,
    window = limit.window,
  })
  return answer
end

return M
