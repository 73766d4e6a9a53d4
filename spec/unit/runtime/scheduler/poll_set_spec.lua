-- SPDX-License-Identifier: MIT
local dispatcher = require("rtk.runtime.scheduler.dispatcher")
local poll_set = require("rtk.runtime.scheduler.poll_set")
local virtual_time = require("spec.support.clients.virtual_time")

describe("rtk.runtime.scheduler.poll_set", function()
  local clock, own, held

  before_each(function()
    clock, own, held = virtual_time.start(), poll_set.new(), {}
  end)

  after_each(function()
    clock:stop()
  end)

  -- A dispatcher with one request that takes that long, and its waiter.
  local function waiting(seconds)
    local transport = clock:transport(function()
      return {}, seconds
    end)
    local own_dispatcher, waiter = dispatcher.of(transport), {}
    function waiter:receive(result)
      self.result = result
    end
    own_dispatcher:submit({}, waiter)
    -- As a runtime does during a wait.
    held[#held + 1] = own_dispatcher
    own:add(own_dispatcher)
    return waiter, own_dispatcher, transport
  end

  it("does not wait without waiters", function()
    assert.is_false(own:step(10))
    assert.equal(1000, clock.now)
  end)

  it("waits for the only dispatcher, at most until the timeout", function()
    local waiter, own_dispatcher = waiting(3)
    assert.is_true(own:is_only(own_dispatcher))
    assert.is_true(own:step(1))
    assert.equal(1001, clock.now)
    assert.is_true(own:step(10))
    assert.equal(1003, clock.now)
    assert.truthy(waiter.result)
    assert.is_false(own:step(1))
  end)

  it("waits for several dispatchers at once", function()
    local late, own_dispatcher = waiting(3)
    local early = waiting(2)
    assert.is_false(own:is_only(own_dispatcher))
    local steps = 0
    while not late.result do
      assert.is_true(own:step(10))
      steps = steps + 1
    end
    assert.truthy(early.result)
    assert.equal(1003, clock.now)
    assert.is_true(steps <= 5)
  end)

  it("polls transports without a descriptor at intervals", function()
    local late, _, transport = waiting(3)
    transport.fd = function() end
    local early = waiting(1)
    while not (late.result and early.result) do
      assert.is_true(own:step(10))
    end
    assert.is_true(clock.now >= 1003 and clock.now < 1004)
    assert.is_true(transport.steps <= 310, transport.steps)
  end)

  it("forgets dispatchers without waiters", function()
    local _, own_dispatcher = waiting(1)
    waiting(2)
    for _ = 1, 10 do
      own:step(10)
    end
    assert.is_false(own:step(10))
    own:add(own_dispatcher)
    assert.is_true(own:is_only(own_dispatcher))
  end)
end)
