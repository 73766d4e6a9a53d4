-- SPDX-License-Identifier: MIT
-- Coroutines that luv's loop resumes in its next turn.

local uv = require("luv")

local resume_queue = {}

local queued, timer = {}, nil

-- Has luv report an error as it does for any callback.
local function raise_later(problem)
  local reporter = uv.new_timer()
  reporter:start(0, 0, function()
    reporter:close()
    error(problem, 0)
  end)
end

local function with_traceback(co, problem)
  if type(problem) ~= "string" then return problem end
  return debug.traceback(co, problem)
end

-- Resumes all of them, even if some raise.
local function run()
  local batch, problems = queued, {}
  timer:close()
  queued, timer = {}, nil
  for _, waiter in ipairs(batch) do
    -- The coroutine may have been resumed already, or be dead.
    if waiter:is_current() and coroutine.status(waiter.co) == "suspended" then
      local ok, problem = coroutine.resume(waiter.co)
      if not ok then problems[#problems + 1] = { with_traceback(waiter.co, problem) } end
    end
  end
  for index = 2, #problems do
    raise_later(problems[index][1])
  end
  if problems[1] then error(problems[1][1], 0) end
end

--- Has the loop resume the coroutine of a waiter.
---@param waiter rtk.Waiter
function resume_queue.put(waiter)
  queued[#queued + 1] = waiter
  if timer then return end
  timer = uv.new_timer()
  timer:start(0, 0, run)
end

return resume_queue
