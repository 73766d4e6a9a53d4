-- SPDX-License-Identifier: MIT
-- The script that Redis runs for each decision and for each reply, atomically.
-- It contains budget.lua and budget_codec.lua themselves: the rule has one home. The clock is
-- Redis' own: the machines of a fleet need not agree on the time.

local core = require("rtk.core")

local redis_script = {}

-- The line that makes a module a local variable of the script.
local function include(name)
  local text = core.source("rtk/rate_limit/" .. name .. ".lua")
  return ("local %s = (function()\n%s\nend)()\n"):format(name, text)
end

-- It answers with the seconds to wait, those to spread over and whether it began anew; seconds are
-- in millionths.
local MAIN = [[
local key, action, argument = KEYS[1], ARGV[1], ARGV[5]
local quota, window, reserve = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local DAYS = 2 * 86400
local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local text = redis.call("GET", key)
local state = text and budget_codec.unpack(text, reserve, now)
local anew = text and not state and 1 or 0
state = state or budget.new(quota, window, reserve)
local seconds, spread = 0, nil
if action == "admit" then
  seconds, spread = budget.admit(state, now, argument == "priority")
else
  budget.observe(state, now, argument)
end
redis.call("SET", key, budget_codec.pack(state), "EX", DAYS)
return string.format("%.0f %.0f %d", seconds * 1e6, (spread or 0) * 1e6, anew)
]]

local text = include("budget") .. include("budget_codec") .. MAIN

-- A node that takes over the key's slot has to be told so before each command.
local function call(link, sha, key, a, is_asking)
  if is_asking then
    local ok, message, is_error = link:call("ASKING")
    if not ok then return nil, message, is_error end
  end
  return link:call("EVALSHA", sha, "1", key, a[1], a[2], a[3], a[4], a[5])
end

--- Runs the script; a Redis that does not have it, as after a restart, is given it.
---@param link table with call(command, ...) as of redis_protocol.lua
---@param known { sha?: string } what is remembered between the runs
---@param key string
---@param arguments string[] action, quota, window, reserve, argument
---@param is_asking boolean
---@return string? reply
---@return string? message
---@return boolean? is_error the message is what Redis answered
function redis_script.run(link, known, key, arguments, is_asking)
  local reply, message, is_error
  if known.sha then
    reply, message, is_error = call(link, known.sha, key, arguments, is_asking)
    if not is_error or not message:find("NOSCRIPT", 1, true) then
      return reply, message, is_error
    end
  end
  known.sha, message, is_error = link:call("SCRIPT", "LOAD", text)
  if not known.sha then return nil, message, is_error end
  return call(link, known.sha, key, arguments, is_asking)
end

return redis_script
