-- SPDX-License-Identifier: MIT
-- rtk.once: locks by key. The modules are loaded when they are first used.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

local once = {}

--- Makes locks for the tasks of this Lua state.
---@param options? rtk.MemoryOnceOptions
---@return rtk.Once once
function once.memory(options)
  return require("rtk.once.lock").memory(options)
end

--- Makes locks for all workers of one nginx.
---@param options rtk.SharedDictOnceOptions
---@return rtk.Once once
function once.shared_dict(options)
  return require("rtk.once.lock").shared_dict(options)
end

--- Makes locks for all processes that share a Redis.
---@param options? rtk.RedisOnceOptions
---@return rtk.Once once
function once.redis(options)
  return require("rtk.once.lock").redis(options)
end

local names = { "memory", "redis", "shared_dict" }

return setmetatable(once, {
  __index = function(_, name)
    if type(name) == "string" and name:sub(1, 1) == "_" then return nil end
    misuse.raise("rtk.once has no " .. tostring(name) .. suggest.clause(tostring(name), names))
  end,
})
