-- SPDX-License-Identifier: MIT
-- The script that Redis runs atomically for each decision and each reply. It contains budget.lua
-- and budget_codec.lua themselves, so the rules have one home. It uses the clock of Redis, so the
-- machines of a fleet need not agree on the time.

local core = require("rtk.core")

local script = {}

local LONGEST = 86400 * 1e6 -- microseconds

-- Turns a module into a local variable of the script.
local function include(name)
  local text = core.source("rtk/rate_limit/" .. name .. ".lua")
  return ("local %s = (function()\n%s\nend)()\n"):format(name, text)
end

-- The reply: microseconds to wait, microseconds to spread over, and 1 when the stored budget was
-- invalid and replaced.
local MAIN = [[
local key, action, argument = KEYS[1], ARGV[1], ARGV[5]
local quota, window, reserve = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local TWO_DAYS = 2 * 86400
local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local text = redis.call("GET", key)
local state = text and budget_codec.unpack(text, reserve, now)
local is_replaced = text and not state and 1 or 0
state = state or budget.new(quota, window, reserve)
local seconds, spread = 0, nil
if action == "admit" then
  seconds, spread = budget.admit(state, now, argument == "priority")
else
  budget.observe(state, now, argument)
end
redis.call("SET", key, budget_codec.pack(state), "EX", TWO_DAYS)
return string.format("%.0f %.0f %d", seconds * 1e6, (spread or 0) * 1e6, is_replaced)
]]

--- The text, for rtk.redis.client. Its arguments are action, quota, window, reserve, and
--- the action's own.
script.text = include("budget") .. include("budget_codec") .. MAIN

--- Reads a reply of the script.
---@param reply string
---@return number? seconds to wait; nil when the reply is not the script's
---@return number? spread seconds
---@return boolean? is_replaced the stored budget was invalid
function script.read_reply(reply)
  local wait, spread, is_replaced = reply:match("^(%d+) (%d+) ([01])$")
  local wait_us, spread_us = tonumber(wait), tonumber(spread)
  if not wait_us or wait_us > LONGEST or spread_us > LONGEST then return nil end
  return wait_us / 1e6, spread_us > 0 and spread_us / 1e6 or nil, is_replaced == "1"
end

return script
