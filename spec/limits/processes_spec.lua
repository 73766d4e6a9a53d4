-- SPDX-License-Identifier: MIT
-- Five real processes with 1,000 calls each against the emulator in nginx, at a limit of 1200 calls
-- in two seconds.
local redis_server = require("spec.support.servers.redis_server")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")

local PROCESSES, CALLS = 5, 1000
local QUOTA = 1200

describe("five processes with many calls each", function()
  local emulated, redis

  setup(function()
    redis = redis_server.start()
  end)

  teardown(function()
    redis:stop()
  end)

  after_each(function()
    emulated:stop()
  end)

  -- Runs them all, in windows of the given seconds; returns how many calls succeeded and how many
  -- were refused.
  local function run(kind, calls, window)
    local limit = { quota = QUOTA, window = window, block = window, real_time = true }
    emulated = assert(server.start({ emulator = { rate_limit = limit } }))
    local command = ("%s spec/support/programs/limited_calls.lua %s %d %s"):format(
      shell.interpreter(),
      emulated.url,
      calls,
      kind
    )
    local pipes, succeeded, refused = {}, 0, 0
    for i = 1, PROCESSES do
      pipes[i] = assert(io.popen(command .. " 2>&1"))
    end
    for i = 1, PROCESSES do
      local output = pipes[i]:read("*a")
      pipes[i]:close()
      local good, bad = output:match("^(%d+) (%d+)\n$")
      assert(good, output)
      succeeded, refused = succeeded + good, refused + bad
    end
    return succeeded, refused
  end

  it("get thousands of 429s when nothing limits them", function()
    local succeeded, refused = run("none", CALLS, 3600)
    assert.same({ QUOTA, PROCESSES * CALLS - QUOTA }, { succeeded, refused })
  end)

  it("get none when they share a limiter in Redis", function()
    local succeeded, refused = run(redis.path, CALLS, 2)
    assert.same({ PROCESSES * CALLS, 0 }, { succeeded, refused })
  end)

  it("get few when each has a limiter of its own, which learns from replies", function()
    local calls = CALLS * 0.6
    local succeeded, refused = run("memory", calls, 2)
    assert.equal(PROCESSES * calls, succeeded + refused)
    -- Usually none, but a process cannot know what it has not seen.
    assert.is_true(refused <= 100, refused)
  end)
end)
