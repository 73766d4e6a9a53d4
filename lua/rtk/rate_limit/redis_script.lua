-- SPDX-License-Identifier: MIT
-- The script that Redis runs for each decision and for each reply, atomically.
-- It contains budget.lua and budget_text.lua themselves: the rule has one home. The clock is
-- Redis' own: the machines of a fleet need not agree on the time.

local core = require("rtk.core")

local redis_script = {}

-- The line that makes a module a local variable of the script.
local function include(name)
  local text = core.source("rtk/rate_limit/" .. name .. ".lua")
  return ("local %s = (function()\n%s\nend)()\n"):format(name, text)
end

local MAIN = [[
local key, action, argument = KEYS[1], ARGV[1], ARGV[5]
local quota, window, reserve = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local DAYS = 2 * 86400
local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local text = redis.call("GET", key)
local state = text and budget_text.unpack(text, reserve) or budget.new(quota, window, reserve)
local seconds = 0
if action == "admit" then
  seconds = budget.admit(state, now, argument == "priority")
else
  budget.observe(state, now, argument)
end
redis.call("SET", key, budget_text.pack(state), "EX", DAYS)
return string.format("%.6f", seconds)
]]

local text = include("budget") .. include("budget_text") .. MAIN

local function call(link, sha, key, a)
  return link:call("evalsha", sha, 1, key, a[1], a[2], a[3], a[4], a[5])
end

--- Runs the script; a Redis that does not have it, as after a restart, is given it.
---@param link table with call(command, ...) that returns the reply, or nil and a message
---@param known { sha?: string } what is remembered between the runs
---@param key string
---@param arguments any[] action, quota, window, reserve, argument
---@return string? reply the seconds to wait
---@return string? message
function redis_script.run(link, known, key, arguments)
  local reply, message
  if known.sha then
    reply, message = call(link, known.sha, key, arguments)
    if reply or not message:find("NOSCRIPT", 1, true) then return reply, message end
  end
  known.sha, message = link:call("script", "load", text)
  if not known.sha then return nil, message end
  return call(link, known.sha, key, arguments)
end

return redis_script
