-- SPDX-License-Identifier: MIT
-- rtk.wait_until, in virtual time and beside other tasks.

local clients = require("spec.support.clients.clients")
local loops = require("spec.support.clients.loops")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local virtual_time = require("spec.support.clients.virtual_time")

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

describe("rtk.wait_until", function()
  local clock

  virtual_time.around(function(new_clock)
    clock = new_clock
  end)

  -- A function that has something at the given look, and how often it was called.
  local function ready_at(number, ...)
    local values, counter = { n = select("#", ...), ... }, { count = 0 }
    return function()
      counter.count = counter.count + 1
      if counter.count < number then return false end
      return unpack(values, 1, values.n)
    end,
      counter
  end

  it("returns what the function returned, at once if it is there", function()
    local f, counter = ready_at(1, "a", nil, "c")
    assert.same({ "a", nil, "c" }, { rtk.wait_until(f) })
    assert.equal(1, counter.count)
    assert.same({}, clock.sleeps)
  end)

  it("pauses longer and longer, up to ten times the first pause", function()
    assert.equal("x", (rtk.wait_until(ready_at(15, "x"), { interval = 2, timeout = 1000 })))
    assert.equal(14, #clock.sleeps)
    for index, seconds in ipairs(clock.sleeps) do
      local expected = math.min(2 * 1.5 ^ (index - 1), 20)
      assert.is_true(seconds <= expected and seconds >= expected * 0.8, seconds .. " at " .. index)
    end
  end)

  it("ends when the time is over, not later, after a last look", function()
    local looks, started = {}, clock.now
    local value, message, err = rtk.wait_until(function(left)
      looks[#looks + 1] = left
    end, { timeout = 10, interval = 3 })
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.equal("not_reached", err.reason)
    assert.equal(message, err.message)
    assert.equal(message, tostring(err))
    assert.truthy(message:find("10 seconds", 1, true), message)
    assert.equal(10, looks[1])
    assert.is_true(math.abs(looks[#looks]) < 1e-9)
    assert.is_true(clock.now - started <= 10 + 1e-9)
  end)

  it("goes on after failures that pass, and names the last one when the time is over", function()
    local kinds = { "connection", "timeout", "server", "rate_limit" }
    local look = 0
    local function f()
      look = look + 1
      if not kinds[look] then return "done" end
      return nil, "no answer", { kind = kinds[look], message = "no answer" }
    end
    assert.equal("done", (rtk.wait_until(f)))
    local failure = { kind = "server", status = 503, errors = {}, message = "overloaded" }
    local value, message, err = rtk.wait_until(function()
      return nil, failure.message, failure
    end, { timeout = 5 })
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.equal(failure, err.cause)
    assert.truthy(message:find("overloaded", 1, true), message)
  end)

  it("waits as long as a failure asks for, but never past its time", function()
    local look = 0
    local function f()
      look = look + 1
      local failure =
        { kind = "rate_limit", message = "slower", retry_after = look == 1 and 30 or 900 }
      return nil, failure.message, failure
    end
    local _, _, err = rtk.wait_until(f, { timeout = 100, interval = 1 })
    assert.equal("timeout", err.kind)
    assert.is_true(clock.sleeps[1] >= 30)
    assert.equal(1100, clock.now)
  end)

  it("ends with other failures, and with a message of the function's own", function()
    local failure = { kind = "not_found", status = 404, errors = {}, message = "gone" }
    local found = { rtk.wait_until(function()
      return nil, "gone", failure
    end) }
    assert.same({ nil, "gone", failure }, found)
    assert.same(
      { nil, "no such job" },
      { rtk.wait_until(function()
        return nil, "no such job"
      end) }
    )
    assert.same({}, clock.sleeps)
  end)

  it("ends with a POST that may have been executed, so that nothing is created twice", function()
    local emulator = new_emulator()
    local client = emulator:client({ max_retries = 0 })
    emulator:fault({ operation = "POST /meetings", kind = "close", after = true })
    local value, _, err = rtk.wait_until(function()
      return client.meetings:create({ title = "T" })
    end)
    assert.is_nil(value)
    assert.is_true(err.maybe_executed)
    assert.equal(1, client.meetings:list().paging.total_count)
    -- One that was certainly not executed, and a PATCH, are tried again.
    emulator:fault({ operation = "POST /meetings", kind = "refuse" })
    local meeting = assert(rtk.wait_until(function()
      return client.meetings:create({ title = "T" })
    end))
    emulator:fault({
      operation = "PATCH /meetings/{meeting_id}",
      kind = "close",
      after = true,
    })
    assert(rtk.wait_until(function()
      return client.meetings:update(meeting.id, { title = "U" })
    end))
  end)

  it("raises what the function raises, and for what it cannot do", function()
    local problem = {}
    local _, raised = pcall(rtk.wait_until, function()
      error(problem)
    end)
    assert.equal(problem, raised)
    for words, arguments in pairs({
      ["must be a function"] = { 5 },
      ["unknown option timout"] = { print, { timout = 5 } },
      ["interval must be a number of seconds"] = { print, { interval = 0 } },
      ["timeout must be a number"] = { print, { timeout = "5" } },
    }) do
      local message = clients.misuse_of(rtk.wait_until, arguments[1], arguments[2])
      assert.truthy(message:find(words, 1, true), message)
      assert.truthy(message:find("spec/", 1, true), message)
    end
  end)

  it("lets other tasks run meanwhile", function()
    local done
    local results = rtk.gather({
      function()
        return rtk.wait_until(function()
          return done
        end, { interval = 1 })
      end,
      function()
        rtk.sleep(7)
        done = "by the other"
      end,
    })
    assert.same({ n = 2, true, "by the other" }, results[1])
  end)
end)

for _, loop in ipairs(loops) do
  describe("in " .. loop.name, function()
    it("rtk.wait_until and rtk.spawn let the loop run", function()
      local order, client = {}, new_emulator():client()
      loop.run(function()
        local done
        local task = rtk.spawn(function()
          local value = rtk.wait_until(function()
            return done
          end, { interval = 0.01 })
          order[#order + 1] = "seen"
          return value, assert(client.meetings:create({ title = "T" })).title
        end)
        loop.sleep(0.03)
        order[#order + 1] = "done"
        done = "value"
        assert.same({ true, "value", "T" }, { task:wait() })
        local other = rtk.spawn(function()
          rtk.sleep(60)
        end)
        other:cancel()
        assert.same({ false, "the task was cancelled" }, { other:wait() })
      end)
      assert.same({ "done", "seen" }, order)
    end)
  end)
end

describe("rtk.spawn", function()
  it("runs a function beside its caller, in plain Lua too", function()
    local order = {}
    local task = rtk.spawn(function()
      rtk.sleep(0.01)
      order[#order + 1] = "task"
      return 1, nil
    end)
    order[#order + 1] = "caller"
    assert.same({ true, 1, nil }, { task:wait() })
    assert.same({ "caller", "task" }, order)
    local ok, problem = rtk
      .spawn(function()
        error("broken", 0)
      end)
      :wait()
    assert.same({ false, "broken" }, { ok, problem })
  end)

  it("raises for what is no function", function()
    local message = clients.misuse_of(rtk.spawn, {})
    assert.truthy(message:find("must be a function", 1, true), message)
  end)
end)
