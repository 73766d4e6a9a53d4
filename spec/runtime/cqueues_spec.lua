-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local cqueues = require("cqueues")
local module = require("rtk.runtime.cqueues")
local process = require("spec_process")
local slow_client = require("spec.support.clients.slow_client")
local uv = require("luv")

describe("rtk.runtime.cqueues", function()
  local fixture = slow_client.fixture()
  local slow, meet, pending = fixture.slow, fixture.meet, fixture.pending

  local function check(controller)
    local ok, message = controller:loop()
    assert(ok, message)
  end

  it("is chosen in the coroutines of a controller, and only there", function()
    local runtime = require("rtk.runtime")
    local blocking = require("rtk.runtime.blocking")
    assert.equal(blocking, runtime.choose())
    check(cqueues.new():wrap(function()
      assert.equal(module, runtime.choose())
    end))
    assert.equal(blocking, runtime.choose())
  end)

  it("blocks outside of controllers", function()
    local start = core.now()
    local runtime = module.new(fixture.client._channel.transport)
    local request = { method = "GET", url = fixture.server.http .. "/slow?ms=20", timeout = 30 }
    assert.equal(200, runtime:send(request).status)
    runtime:sleep(0.02)
    assert.is_true(core.now() - start >= 0.04)
    assert.same(
      { true, 7 },
      { module
        .spawn(function()
          return 7
        end)
        :wait() }
    )
  end)

  it("works in controllers within controllers", function()
    local outer, inner, got = cqueues.new(), cqueues.new(), {}
    for index = 1, 2 do
      inner:wrap(function()
        got[index] = assert(meet("within", 3)).method
      end)
    end
    outer:wrap(function()
      check(inner)
    end)
    outer:wrap(function()
      got[3] = assert(meet("within", 3)).method
    end)
    check(outer)
    assert.same({ "GET", "GET", "GET" }, got)
  end)

  it("works in a controller that another loop steps", function()
    local controller, count = cqueues.new(), 0
    for _ = 1, 20 do
      controller:wrap(function()
        assert(meet("looked after", 20))
        count = count + 1
      end)
    end
    while not controller:empty() do
      core.wait({ controller:pollfd() }, controller:timeout() or 5)
      assert(controller:step(0))
    end
    assert.equal(20, count)
  end)

  it("works in a controller in the loop of luv", function()
    local controller, method = cqueues.new(), nil
    controller:wrap(function()
      method = assert(slow(50)).method
    end)
    local poll, timer = uv.new_poll(controller:pollfd()), uv.new_timer()
    local function step()
      assert(controller:step(0))
      if controller:empty() then
        poll:close()
        return timer:close()
      end
      timer:start(math.ceil((controller:timeout() or 5) * 1000), 0, step)
    end
    poll:start("r", step)
    timer:start(0, 0, step)
    uv.run()
    assert.equal("GET", method)
  end)

  it("delivers results that another controller received", function()
    local one, two, got = cqueues.new(), cqueues.new(), {}
    one:wrap(function()
      got[1] = assert(meet("others", 2)).method
    end)
    two:wrap(function()
      got[2] = assert(meet("others", 2)).method
      while pending() > 0 do
        assert(slow(5))
      end
    end)
    -- The first is stepped only after the second has received its result.
    assert(one:step(0))
    assert(two:loop())
    assert.is_nil(got[1])
    assert.equal(0, pending())
    check(one)
    assert.same({ "GET", "GET" }, got)
  end)

  it("does not make a controller wait for the calls of another", function()
    local one, two = cqueues.new(), cqueues.new()
    one:wrap(slow, 600000)
    two:wrap(function()
      assert(slow(20))
    end)
    assert(one:step(0))
    assert(one:step(0))
    check(two)
    assert.equal(1, pending())
  end)

  for _, how in ipairs({ "closed", "dropped" }) do
    it("cancels the calls of a controller that is " .. how .. ", and no others", function()
      local doomed, other, result = cqueues.new(), cqueues.new(), nil
      for _ = 1, 3 do
        doomed:wrap(slow, 600000)
      end
      assert(doomed:step(0))
      assert(doomed:step(0))
      other:wrap(function()
        result = assert(meet(how, 2)).method
      end)
      assert(other:step(0))
      assert.equal(4, pending())
      if how == "closed" then doomed:close() end
      doomed = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      other:wrap(function()
        -- Calls would be in flight for a minute.
        local limit = core.now() + 30
        while pending() > 1 and core.now() < limit do
          cqueues.sleep(0.01)
        end
        assert.equal(1, pending())
        assert(meet(how, 2))
      end)
      check(other)
      assert.equal("GET", result)
    end)
  end

  it("keeps no controller and no transport alive", function()
    local held = setmetatable({}, { __mode = "v" })
    do
      local controller = cqueues.new()
      held.controller = controller
      controller:wrap(function()
        assert(slow(5))
      end)
      check(controller)
      held.transport = fixture.client._channel.transport
      fixture.client = slow_client.new(fixture.server)
    end
    collectgarbage()
    collectgarbage()
    assert.is_nil(held.controller)
    assert.is_nil(held.transport)
  end)

  it("blocks in a coroutine of the user's own", function()
    local got = {}
    check(cqueues.new():wrap(function()
      for method in
        coroutine.wrap(function()
          for _ = 1, 3 do
            coroutine.yield(assert(slow(5)).method)
          end
        end)
      do
        got[#got + 1] = method
      end
    end))
    assert.same({ "GET", "GET", "GET" }, got)
  end)

  it("returns an error when the descriptor cannot be polled", function()
    local transport = fixture.client._channel.transport
    local runtime = module.new({
      submit = function()
        return 1
      end,
      step = function()
        return {}
      end,
      cancel = function()
        return true, true
      end,
      fd = function()
        return 99999
      end,
    })
    local controller, result = cqueues.new(), nil
    controller:wrap(function()
      result = runtime:send({ timeout = -4.8 })
    end)
    local ok, message = controller:loop()
    assert.is_false(ok)
    assert.matches("Bad file descriptor", message)
    check(controller)
    assert.equal("cancelled", result.kind)
    assert.is_true(result.sent)
    assert.matches("does not wait for the transport's descriptor", result.message)
    assert.equal(0, transport:pending())
  end)

  it("works in a forked child with its own controller, and goes on in the parent", function()
    local controller, method = cqueues.new(), nil
    controller:wrap(function()
      method = assert(slow(300)).method
    end)
    assert(controller:step(0))
    assert(controller:step(0.05))
    local child = process.fork()
    if child == 0 then
      local own, got = cqueues.new(), nil
      own:wrap(function()
        got = slow(5)
      end)
      process.exit(own:loop() and got and slow(5) and 0 or 1)
    end
    assert.equal(0, process.wait(child))
    check(controller)
    assert.equal("GET", method)
  end)
end)
