-- SPDX-License-Identifier: MIT
-- Coroutines that luv's loop is to resume, all of them in its next turn.

local uv = require("luv")

local ready = {}

local waiting, timer = {}, nil

-- Has luv report an error as it does with any error of a callback.
local function raise_later(problem)
  local reporter = uv.new_timer()
  reporter:start(0, 0, function()
    reporter:close()
    error(problem, 0)
  end)
end

local function described(co, problem)
  if type(problem) ~= "string" then return problem end
  return debug.traceback(co, problem)
end

-- All are resumed, whatever one of them raises.
local function run()
  local batch, problems = waiting, {}
  timer:close()
  waiting, timer = {}, nil
  for _, waiter in ipairs(batch) do
    -- It may be gone on already, or dead.
    if waiter:is_current() and coroutine.status(waiter.co) == "suspended" then
      local ok, problem = coroutine.resume(waiter.co)
      if not ok then problems[#problems + 1] = { described(waiter.co, problem) } end
    end
  end
  for index = 2, #problems do
    raise_later(problems[index][1])
  end
  if problems[1] then error(problems[1][1], 0) end
end

--- Has the loop resume the coroutine of a waiter.
---@param waiter table
function ready.put(waiter)
  waiting[#waiting + 1] = waiter
  if timer then return end
  timer = uv.new_timer()
  timer:start(0, 0, run)
end

return ready
