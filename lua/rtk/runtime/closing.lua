-- SPDX-License-Identifier: MIT
-- Ends what a function has begun, however the function ends: it may return or raise, or in Lua 5.4
-- its coroutine may be closed, as that of a cancelled task is. LuaJIT closes no coroutines: there
-- what a cancelled task has begun is left to the collector.

local closing = {}

local function finish(guard)
  if guard.is_over then return end
  guard.is_over = true
  guard.finish(guard.argument)
end

local metatable = { __close = finish }

local function once(_, was_here)
  return not was_here or nil
end

--- Runs a function, and then another one, which must not wait.
---@param end_it fun(argument: any)
---@param f fun(argument: any): any, any
---@param argument any of both
---@return any value what f returns
---@return any err
function closing.run(end_it, f, argument)
  local guard = setmetatable({ finish = end_it, argument = argument, is_over = false }, metatable)
  local ok, value, err
  -- A generic for closes its fourth value when the coroutine is closed.
  for _ in once, nil, nil, guard do
    ok, value, err = pcall(f, argument)
  end
  finish(guard)
  if not ok then error(value, 0) end
  return value, err
end

return closing
