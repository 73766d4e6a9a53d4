-- SPDX-License-Identifier: MIT
local dispatcher = require("rtk.runtime.scheduler.dispatcher")

describe("rtk.runtime.scheduler.dispatcher", function()
  -- A transport that finishes the requests that the spec lists.
  local function new_transport()
    local transport = { cancelled = {}, finished = {}, last_id = 0 }
    function transport:submit()
      self.last_id = self.last_id + 1
      return self.last_id
    end
    function transport:step(timeout, limit)
      self.asked = { timeout, limit }
      local results = self.finished
      self.finished = {}
      return results
    end
    function transport:cancel(id)
      table.insert(self.cancelled, id)
      return true, id % 2 == 0
    end
    return transport
  end

  local function new_waiter()
    local waiter = { results = {} }
    function waiter:receive(result)
      table.insert(self.results, result)
    end
    return waiter
  end

  it("is one per transport, as long as something refers to it", function()
    local transport = new_transport()
    local own = dispatcher.of(transport)
    assert.equal(own, dispatcher.of(transport))
    assert.are_not.equal(own, dispatcher.of(new_transport()))
    local held = setmetatable({ own, transport }, { __mode = "v" })
    own, transport = nil, nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.same({}, held)
  end)

  it("delivers each result to its waiter", function()
    local transport = new_transport()
    local own, one, two = dispatcher.of(transport), new_waiter(), new_waiter()
    assert.is_true(own:is_idle())
    own:submit({}, one)
    own:submit({}, two)
    assert.is_false(own:is_idle())
    transport.finished = { { id = 2 }, { id = 99 }, { id = 1 } }
    assert.equal(3, own:step(5, 4))
    assert.same({ 5, 4 }, transport.asked)
    assert.same({ { id = 1 } }, one.results)
    assert.same({ { id = 2 } }, two.results)
    assert.is_true(own:is_idle())
  end)

  it("has a transport wait that can, and waits for the others itself", function()
    local transport, waited = new_transport(), {}
    local own = dispatcher.of(transport)
    function transport.submit(_, request, timeout)
      waited[#waited + 1] = timeout
      return 7, request.is_quick and { id = 7, status = 200 } or nil
    end
    assert.equal(200, own:send({ is_quick = true }).status)
    assert.is_nil(transport.asked)
    transport.finished = { { id = 7, status = 201 } }
    assert.equal(201, own:send({}).status)
    assert.same({ dispatcher.LONGEST_STEP, 1 }, transport.asked)
    own:submit({}, new_waiter())
    assert.same({ dispatcher.LONGEST_STEP, dispatcher.LONGEST_STEP }, waited)
  end)

  it("returns a result for a request that the transport cannot start", function()
    local transport = new_transport()
    function transport.submit()
      return nil, "out of descriptors"
    end
    local own = dispatcher.of(transport)
    local id, result = own:submit({}, new_waiter())
    assert.is_nil(id)
    assert.same(
      { kind = "connection", message = "out of descriptors", sent = false, elapsed = 0 },
      result
    )
    assert.is_true(own:is_idle())
  end)

  it("cancels its own requests and no others", function()
    local transport = new_transport()
    local own, waiter = dispatcher.of(transport), new_waiter()
    local id = own:submit({}, waiter)
    assert.same({ true, false }, { own:cancel(id) })
    assert.same({ false }, { own:cancel(id) })
    assert.same({ false }, { own:cancel(99) })
    assert.same({ 1 }, transport.cancelled)
    transport.finished = { { id = id } }
    own:step(0)
    assert.same({}, waiter.results)
  end)

  it("when closed, tells every waiter whether its request was sent", function()
    local transport = new_transport()
    local own, one, two = dispatcher.of(transport), new_waiter(), new_waiter()
    own:submit({}, one)
    own:submit({}, two)
    own:close()
    assert.equal("cancelled", one.results[1].kind)
    assert.is_false(one.results[1].sent)
    assert.is_true(two.results[1].sent)
    assert.is_true(own:is_idle())
    table.sort(transport.cancelled)
    assert.same({ 1, 2 }, transport.cancelled)
  end)

  it("works with a transport that cannot cancel", function()
    local transport = new_transport()
    transport.cancel = nil
    local own, one, two = dispatcher.of(transport), new_waiter(), new_waiter()
    local id = own:submit({}, one)
    assert.same({ true, true }, { own:cancel(id) })
    own:submit({}, two)
    own:close()
    assert.is_true(two.results[1].sent)
    transport.finished = { { id = id }, { id = 2 } }
    own:step(0)
    assert.same({}, one.results)
    assert.equal(1, #two.results)
  end)

  it("cancels requests whose waiters were collected", function()
    local transport = new_transport()
    local own, waiter = dispatcher.of(transport), new_waiter()
    for _ = 1, 5 do
      own:submit({}, new_waiter())
    end
    collectgarbage()
    collectgarbage()
    for _ = 1, 20 do
      own:submit({}, waiter)
    end
    table.sort(transport.cancelled)
    assert.same({ 1, 2, 3, 4, 5 }, transport.cancelled)
  end)

  it("sweep cancels those at once", function()
    local transport = new_transport()
    local own, waiter = dispatcher.of(transport), new_waiter()
    own:submit({}, new_waiter())
    own:submit({}, waiter)
    collectgarbage()
    collectgarbage()
    own:sweep()
    assert.same({ 1 }, transport.cancelled)
    transport.finished = { { id = 2 } }
    own:step(0)
    assert.same({ { id = 2 } }, waiter.results)
  end)

  it("has the descriptor of its transport, if there is one", function()
    assert.is_nil(dispatcher.of(new_transport()):fd())
    local transport = new_transport()
    function transport.fd()
      return 7
    end
    assert.equal(7, dispatcher.of(transport):fd())
  end)
end)
