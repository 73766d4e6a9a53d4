-- SPDX-License-Identifier: MIT
-- Runs a function where finalizers run: within the next allocation. To be used in a program of its
-- own, since it changes how garbage is collected.

--- Has a function called by the next allocation that may collect garbage.
---@param f fun()
local function next_allocation(f)
  local new = rawget(_G, "newproxy")
  collectgarbage()
  collectgarbage("stop")
  if new then
    getmetatable(new(true)).__gc = f
  else
    setmetatable({}, { __gc = f })
  end
  collectgarbage("setpause", 100)
  collectgarbage("setstepmul", 1000000)
  collectgarbage("restart")
end

return next_allocation
