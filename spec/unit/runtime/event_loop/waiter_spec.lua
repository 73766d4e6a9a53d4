-- SPDX-License-Identifier: MIT
local waiters = require("rtk.runtime.event_loop.waiter")

describe("rtk.runtime.event_loop.waiter", function()
  local adapter, ends

  before_each(function()
    ends = {}
    adapter = { woken = 0, pause = coroutine.yield }
    function adapter.wake()
      adapter.woken = adapter.woken + 1
    end
  end)

  local function on_end(is_cancelled)
    ends[#ends + 1] = is_cancelled
  end

  -- A waiting coroutine, its waiter, and the values that it gets.
  local function waiting()
    local got, waiter = { n = 0 }, nil
    local co = coroutine.create(function()
      waiter = waiters.new(adapter, on_end)
      got[1], got.n = waiter:wait(), 1
    end)
    assert(coroutine.resume(co))
    return co, waiter, got
  end

  it("pauses until its value arrives, however often it is resumed", function()
    local co, waiter, got = waiting()
    assert.equal(waiter, waiters.of(co))
    assert.is_true(waiter:is_current())
    assert(coroutine.resume(co))
    assert.equal(0, got.n)
    waiter:receive("first")
    waiter:receive("second")
    assert.equal(0, got.n)
    assert.equal(1, adapter.woken)
    assert.same({ false }, ends)
    assert(coroutine.resume(co))
    assert.same({ "first", n = 1 }, got)
    assert.is_false(waiter:is_current())
    assert.is_nil(waiters.of(co))
  end)

  it("does not pause when its value has already arrived", function()
    local value
    assert(coroutine.resume(coroutine.create(function()
      local waiter = waiters.new(adapter)
      waiter:receive(5)
      value = waiter:wait()
    end)))
    assert.equal(5, value)
  end)

  it("does not wake the coroutine after a cancel", function()
    local _, waiter = waiting()
    waiter:cancel()
    waiter:cancel()
    waiter:receive("late")
    assert.equal(0, adapter.woken)
    assert.same({ true }, ends)
  end)

  local close = rawget(coroutine, "close")
  if close then
    it("is cancelled when its coroutine is closed", function()
      local co = waiting()
      assert(close(co))
      assert.same({ true }, ends)
    end)
  end

  it("keeps no coroutine alive", function()
    local held = setmetatable({}, { __mode = "k" })
    held[waiting()] = true
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(held))
  end)
end)
