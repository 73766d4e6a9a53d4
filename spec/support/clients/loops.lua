-- SPDX-License-Identifier: MIT
-- Event loops, as specs of runtimes need them: { name, module, run(...), sleep(seconds) }.
--
-- run has a loop run functions, each in a coroutine, until nothing is left in it, and raises what
-- one of them raised. sleep is the loop's own.

local core = require("rtk.core")
local cqueues = require("cqueues")
local uv = require("luv")

local function in_cqueues(...)
  local controller = cqueues.new()
  for _, f in ipairs({ ... }) do
    controller:wrap(f)
  end
  local ok, message = controller:loop()
  if not ok then error(message, 0) end
  assert(controller:empty())
end

local function handles()
  local count = 0
  uv.walk(function()
    count = count + 1
  end)
  return count
end

-- Coroutines are begun by the loop, so that it is running for all they do.
local function in_luv(...)
  local problems = {}
  for _, f in ipairs({ ... }) do
    local timer = uv.new_timer()
    timer:start(0, 0, function()
      timer:close()
      coroutine.wrap(function()
        local ok, message = pcall(f)
        if not ok then problems[#problems + 1] = message end
      end)()
    end)
  end
  uv.run()
  if problems[1] then error(problems[1], 0) end
  assert(handles() == 0, "something is left in the loop")
end

local function luv_sleep(seconds)
  local co, timer = coroutine.running(), uv.new_timer()
  timer:start(seconds * 1000 - seconds * 1000 % 1, 0, function()
    timer:close()
    assert(coroutine.resume(co))
  end)
  coroutine.yield()
end

-- In plain Lua 5.1 calls in them block.
if not core.yieldable_through_pcall then return {} end

return {
  {
    name = "cqueues",
    module = require("rtk.runtime.cqueues"),
    run = in_cqueues,
    sleep = cqueues.sleep,
  },
  { name = "luv", module = require("rtk.runtime.luv"), run = in_luv, sleep = luv_sleep },
}
