-- SPDX-License-Identifier: MIT
local waiters = require("rtk.runtime.event_loop.waiter")

describe("rtk.runtime.event_loop.waiter", function()
  local host, ends

  before_each(function()
    ends = {}
    host = { woken = 0, pause = coroutine.yield }
    function host.wake()
      host.woken = host.woken + 1
    end
  end)

  local function on_end(is_cancelled)
    ends[#ends + 1] = is_cancelled
  end

  -- A coroutine that waits, and the waiter and the values that it got.
  local function waiting()
    local got, waiter = { n = 0 }, nil
    local co = coroutine.create(function()
      waiter = waiters.new(host, on_end)
      got[1], got.n = waiter:wait(), 1
    end)
    assert(coroutine.resume(co))
    return co, waiter, got
  end

  it("pauses until its value is there, however often it is resumed", function()
    local co, waiter, got = waiting()
    assert.equal(waiter, waiters.of(co))
    assert.is_true(waiter:is_current())
    assert(coroutine.resume(co))
    assert.equal(0, got.n)
    waiter:receive("first")
    waiter:receive("second")
    assert.equal(0, got.n)
    assert.equal(1, host.woken)
    assert.same({ false }, ends)
    assert(coroutine.resume(co))
    assert.same({ "first", n = 1 }, got)
    assert.is_false(waiter:is_current())
    assert.is_nil(waiters.of(co))
  end)

  it("does not pause when its value is there already", function()
    local value
    assert(coroutine.resume(coroutine.create(function()
      local waiter = waiters.new(host)
      waiter:receive(5)
      value = waiter:wait()
    end)))
    assert.equal(5, value)
  end)

  it("wakes nobody once it was given up", function()
    local _, waiter = waiting()
    waiter:cancel()
    waiter:cancel()
    waiter:receive("late")
    assert.equal(0, host.woken)
    assert.same({ true }, ends)
  end)

  local close = rawget(coroutine, "close")
  if close then
    it("is given up when its coroutine is closed", function()
      local co = waiting()
      assert(close(co))
      assert.same({ true }, ends)
    end)
  end

  it("keeps no coroutine", function()
    local held = setmetatable({}, { __mode = "k" })
    held[waiting()] = true
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(held))
  end)
end)
