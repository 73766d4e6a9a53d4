-- SPDX-License-Identifier: MIT
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local in_flight = require("rtk.runtime.event_loop.in_flight")

describe("rtk.runtime.event_loop.in_flight", function()
  local adapter = { wake = function() end }
  local transport, calls, idle

  before_each(function()
    idle = 0
    transport = { cancelled = {}, finished = {}, last_id = 0 }
    function transport:submit()
      self.last_id = self.last_id + 1
      return self.last_id
    end
    function transport:step(timeout, limit)
      assert(timeout == 0 and limit == 1)
      return { table.remove(self.finished, 1) }
    end
    function transport:cancel(id)
      table.insert(self.cancelled, id)
      return true, id % 2 == 0
    end
    calls = in_flight.new(dispatcher.of(transport), "")
    function calls.on_idle()
      idle = idle + 1
    end
  end)

  local function submit()
    local waiter, unsent
    coroutine.wrap(function()
      waiter, unsent = calls:submit(adapter, { timeout = 5 })
    end)()
    return waiter, unsent
  end

  it("holds calls until their results arrive, one per step", function()
    local one, two = submit(), submit()
    assert.is_false(calls:is_idle())
    transport.finished = { { id = 2 }, { id = 1 } }
    calls:step()
    assert.is_true(two.is_done)
    assert.is_nil(one.is_done)
    assert.equal(0, idle)
    calls:step()
    assert.is_true(one.is_done)
    assert.is_true(calls:is_idle())
    assert.equal(1, idle)
    assert.same({}, transport.cancelled)
  end)

  it("cancels the request of a cancelled waiter", function()
    local one, two = submit(), submit()
    one:cancel()
    assert.same({ 1 }, transport.cancelled)
    assert.is_nil(two.is_done)
    two:cancel()
    assert.same({ 1, 2 }, transport.cancelled)
    assert.equal(1, idle)
  end)

  it("holds no call that the transport cannot start", function()
    function transport.submit()
      return nil, "full"
    end
    local waiter, unsent = submit()
    assert.is_nil(waiter)
    assert.equal("full", unsent.message)
    assert.is_true(calls:is_idle())
  end)

  it("ends all calls when a step raises, and tells whether they may have been sent", function()
    local waiters = { submit(), submit() }
    function transport.step()
      error("not enough memory", 0)
    end
    calls:step()
    table.sort(transport.cancelled)
    assert.same({ 1, 2 }, transport.cancelled)
    for id, waiter in ipairs(waiters) do
      local result = waiter:wait()
      assert.equal("cancelled", result.kind)
      assert.equal("not enough memory", result.message)
      assert.equal(id % 2 == 0, result.sent)
    end
    assert.equal(1, idle)
  end)

  it("assumes that a request was sent when a closed transport cannot tell", function()
    local waiter = submit()
    function transport.cancel()
      error("transport is closed")
    end
    calls:abandon(waiter, "gone")
    assert.is_true(waiter:wait().sent)
    assert.is_true(calls:is_idle())
  end)
end)
