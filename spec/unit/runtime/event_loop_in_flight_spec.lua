-- SPDX-License-Identifier: MIT
local inboxes = require("rtk.runtime.dispatcher")
local watches = require("rtk.runtime.event_loop.in_flight")

describe("rtk.runtime.event_loop.in_flight", function()
  local host = { wake = function() end }
  local transport, watch, idle

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
    watch = watches.new(inboxes.of(transport), "")
    function watch.on_idle()
      idle = idle + 1
    end
  end)

  local function submit()
    local waiter, unsent
    coroutine.wrap(function()
      waiter, unsent = watch:submit(host, { timeout = 5 })
    end)()
    return waiter, unsent
  end

  it("has calls until they have their results, one with each step", function()
    local one, two = submit(), submit()
    assert.is_false(watch:is_idle())
    transport.finished = { { id = 2 }, { id = 1 } }
    watch:step()
    assert.is_true(two.is_done)
    assert.is_nil(one.is_done)
    assert.equal(0, idle)
    watch:step()
    assert.is_true(one.is_done)
    assert.is_true(watch:is_idle())
    assert.equal(1, idle)
    assert.same({}, transport.cancelled)
  end)

  it("cancels the request of a waiter that is given up", function()
    local one, two = submit(), submit()
    one:cancel()
    assert.same({ 1 }, transport.cancelled)
    assert.is_nil(two.is_done)
    two:cancel()
    assert.same({ 1, 2 }, transport.cancelled)
    assert.equal(1, idle)
  end)

  it("has no call when the transport cannot start it", function()
    function transport.submit()
      return nil, "full"
    end
    local waiter, unsent = submit()
    assert.is_nil(waiter)
    assert.equal("full", unsent.message)
    assert.is_true(watch:is_idle())
  end)

  it("tells all calls when a step raises, and whether they may have been sent", function()
    local waiters = { submit(), submit() }
    function transport.step()
      error("not enough memory", 0)
    end
    watch:step()
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

  it("takes for sent what a closed transport tells nothing of", function()
    local waiter = submit()
    function transport.cancel()
      error("transport is closed")
    end
    watch:drop(waiter, "gone")
    assert.is_true(waiter:wait().sent)
    assert.is_true(watch:is_idle())
  end)
end)
