-- SPDX-License-Identifier: MIT
-- Runs a function in an event loop, with a timer in the same loop.

--- Runs f, and until it ends calls tick(1), tick(2)... every 10 milliseconds or so.
---@param loop table of spec.support.clients.loops
---@param f function
---@param tick? fun(ticks: integer)
return function(loop, f, tick)
  local is_done = false
  loop.run(function()
    local ok, problem = pcall(f)
    is_done = true
    if not ok then error(problem, 0) end
  end, function()
    local ticks = 0
    while not is_done do
      ticks = ticks + 1
      if tick then tick(ticks) end
      loop.sleep(0.01)
    end
  end)
end
