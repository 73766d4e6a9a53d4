-- SPDX-License-Identifier: MIT
-- What a Tarantool runs that tarantool_spec starts: calls in fibers, beside one that only sleeps.
-- It writes what happened to standard output.

local fiber = require("fiber")
local overlap = require("spec.hosts.overlap")
local rtk = require("rtk")

-- Lua cannot tell that a fiber may sleep.
local function can_wait()
  return true
end

local client =
  rtk.new({ runtime = rtk.runtime.polling({ sleep = fiber.sleep, can_wait = can_wait }) })
local ticks, ended = 0, 0

fiber.create(function()
  while true do
    fiber.sleep(0.005)
    ticks = ticks + 1
  end
end)

for number = 1, 20 do
  fiber.create(function()
    assert(client.meetings:create({ title = "Lesson " .. number }))
    ended = ended + 1
  end)
end
fiber.create(function()
  overlap(client)
  ended = ended + 1
end)

local at_once = ended
while ended < 21 do
  fiber.sleep(0.01)
end
local others = ticks > 5 and "others went on" or "others stood still"
io.stdout:write(("%d at once, %d in the end, %s\n"):format(at_once, ended, others))
os.exit(0)
