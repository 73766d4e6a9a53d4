-- SPDX-License-Identifier: MIT
-- Runs a script in Redis by its digest; loads it first where Redis does not have it, as after a
-- restart.

local eval = {}

local core = require("rtk.core")

local unpack = core.globals.unpack

-- The node that a slot is moving to requires ASKING before each command.
local function call(link, sha, key, arguments, is_asking)
  if is_asking then
    local ok, message, is_error = link:call("ASKING")
    if not ok then return nil, message, is_error end
  end
  return link:call("EVALSHA", sha, "1", key, unpack(arguments))
end

---@class rtk.RedisScript
---@field text string in Redis's Lua
---@field sha? string its digest, once it is loaded

--- Runs a script.
---@param link rtk.RedisLink
---@param script rtk.RedisScript
---@param key string
---@param arguments string[]
---@param is_asking? boolean
---@return string? reply
---@return string? message
---@return boolean? is_error the message is an error reply
function eval.run(link, script, key, arguments, is_asking)
  local reply, message, is_error
  if script.sha then
    reply, message, is_error = call(link, script.sha, key, arguments, is_asking)
    if not is_error or not message:find("NOSCRIPT", 1, true) then
      return reply, message, is_error
    end
  end
  script.sha, message, is_error = link:call("SCRIPT", "LOAD", script.text)
  if not script.sha then return nil, message, is_error end
  return call(link, script.sha, key, arguments, is_asking)
end

return eval
