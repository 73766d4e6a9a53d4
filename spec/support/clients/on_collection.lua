-- SPDX-License-Identifier: MIT
-- Runs code whenever Lua collects garbage, as the finalizers of a host program do.

--- Calls action in a finalizer each time garbage is collected, until stopped.
---@param action fun()
---@return fun() stop
local function on_collection(action)
  local running = true
  local function arm()
    local function finalize()
      if running then
        action()
        arm()
      end
    end
    local new = rawget(_G, "newproxy")
    if new then
      getmetatable(new(true)).__gc = finalize
    else
      setmetatable({}, { __gc = finalize })
    end
  end
  arm()
  return function()
    running = false
  end
end

return on_collection
