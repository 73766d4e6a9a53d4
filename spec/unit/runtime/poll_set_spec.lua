-- SPDX-License-Identifier: MIT
local inbox = require("rtk.runtime.dispatcher")
local network = require("rtk.runtime.scheduler.poll_set")
local virtual_time = require("spec.support.clients.virtual_time")

describe("rtk.runtime.scheduler.poll_set", function()
  local clock, own, held

  before_each(function()
    clock, own, held = virtual_time.start(), network.new(), {}
  end)

  after_each(function()
    clock:stop()
  end)

  -- An inbox with one request that takes that long, and who waits for it.
  local function waiting(seconds)
    local transport = clock:transport(function()
      return {}, seconds
    end)
    local box, waiter = inbox.of(transport), {}
    function waiter:receive(result)
      self.result = result
    end
    box:submit({}, waiter)
    -- As a runtime does while somebody waits.
    held[#held + 1] = box
    own:add(box)
    return waiter, box, transport
  end

  it("does not wait when there is nothing to wait for", function()
    assert.is_false(own:step(10))
    assert.equal(1000, clock.now)
  end)

  it("waits for the only inbox, and no longer than it is told", function()
    local waiter, box = waiting(3)
    assert.is_true(own:is_only(box))
    assert.is_true(own:step(1))
    assert.equal(1001, clock.now)
    assert.is_true(own:step(10))
    assert.equal(1003, clock.now)
    assert.truthy(waiter.result)
    assert.is_false(own:step(1))
  end)

  it("waits for several at once", function()
    local late, box = waiting(3)
    local early = waiting(2)
    assert.is_false(own:is_only(box))
    local steps = 0
    while not late.result do
      assert.is_true(own:step(10))
      steps = steps + 1
    end
    assert.truthy(early.result)
    assert.equal(1003, clock.now)
    assert.is_true(steps <= 5)
  end)

  it("asks transports without a descriptor again and again, but not all the time", function()
    local late, _, transport = waiting(3)
    transport.fd = function() end
    local early = waiting(1)
    while not (late.result and early.result) do
      assert.is_true(own:step(10))
    end
    assert.is_true(clock.now >= 1003 and clock.now < 1004)
    assert.is_true(transport.steps <= 310, transport.steps)
  end)

  it("forgets inboxes in which nobody waits", function()
    local _, box = waiting(1)
    waiting(2)
    for _ = 1, 10 do
      own:step(10)
    end
    assert.is_false(own:step(10))
    own:add(box)
    assert.is_true(own:is_only(box))
  end)
end)
