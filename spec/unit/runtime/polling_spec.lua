-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local hosts = require("spec.support.hosts.fakes")
local rtk = require("rtk")
local slow_client = require("spec.support.clients.slow_client")

describe("rtk.runtime.polling", function()
  local fixture = slow_client.fixture()
  local slow = fixture.slow

  setup(hosts.sleeping.make)

  before_each(function()
    hosts.pauses = {}
  end)

  it("pauses for 1 ms, and then longer, up to 8 ms while calls are in flight", function()
    local pauses, start = hosts.pauses, core.now()
    hosts.sleeping.run(function()
      assert(fixture.client:request({ path = "/gate", query = { name = "polled" } }))
    end, function()
      while #pauses < 12 do
        coroutine.yield(0.001)
      end
      fixture.server:open("polled")
    end)
    assert.same({ 0.001, 0.002, 0.004, 0.008 }, { pauses[1], pauses[2], pauses[3], pauses[4] })
    assert.is_true(#pauses <= 4 + (core.now() - start) / 0.008, #pauses .. " pauses")
    for _, pause in ipairs(pauses) do
      assert.is_true(pause >= 0.001 and pause <= 0.008, tostring(pause))
    end
  end)

  it("sleeps with few pauses, and no longer than asked", function()
    local start = core.now()
    hosts.sleeping.run(function()
      rtk.sleep(0.2)
    end)
    assert.is_true(core.now() - start >= 0.2)
    assert.is_true(#hosts.pauses < 15, #hosts.pauses .. " pauses")
  end)

  it("lets the host run although tasks never wait", function()
    local is_over = false
    hosts.sleeping.run(function()
      rtk
        .spawn(function()
          while not is_over do
            coroutine.yield()
          end
        end)
        :wait()
    end, function()
      hosts.sleep(0.02)
      is_over = true
    end)
    assert.is_true(is_over)
  end)

  it("loses no call while garbage is collected", function()
    local count, functions = 0, {}
    for index = 1, 20 do
      functions[index] = function()
        assert(fixture.meet("collected", 20))
        count = count + 1
      end
    end
    functions[21] = function()
      while count < 20 do
        collectgarbage()
        hosts.sleep(0.002)
      end
    end
    hosts.sleeping.run((rawget(table, "unpack") or rawget(_G, "unpack"))(functions))
    assert.equal(20, count)
  end)

  it("runs tasks that nothing refers to", function()
    local count = 0
    hosts.sleeping.run(function()
      for _ = 1, 5 do
        rtk.spawn(function()
          assert(slow(20))
          count = count + 1
        end)
      end
      collectgarbage()
      collectgarbage()
      repeat
        rtk.sleep(0.01)
      until count == 5
    end)
    assert.equal(5, count)
  end)

  it("ends the call when the host's sleep raises, and raises the same", function()
    local problem = {}
    local client = slow_client.new(fixture.server, {
      runtime = rtk.runtime.polling({
        sleep = function()
          error(problem)
        end,
      }),
    })
    local raised
    hosts.sleeping.run(function()
      raised = select(2, pcall(slow_client.get, client, 60000))
    end)
    assert.equal(problem, raised)
    assert.equal(0, client._channel.transport:pending())
    hosts.sleeping.make()
  end)

  it("blocks where the running coroutine cannot sleep", function()
    assert.equal("GET", assert(slow(5)).method)
    local may_wait = false
    local module = rtk.runtime.polling({
      sleep = hosts.sleep,
      can_wait = function()
        return may_wait
      end,
    })
    hosts.sleeping.run(function()
      local client = slow_client.new(fixture.server, { runtime = module })
      assert(slow_client.get(client, 5))
      table.sort({ 1, 2 }, function()
        assert(slow(5))
        return false
      end)
      assert.same({}, hosts.pauses)
      may_wait = true
      assert(slow_client.get(client, 5))
    end)
    assert.is_true(#hosts.pauses > 0)
    hosts.sleeping.make()
  end)

  it("names mistakes", function()
    local polling = rtk.runtime.polling
    assert.matches("takes must be a table", clients.misuse_of(polling))
    assert.matches(
      "sleep of rtk.runtime.polling must be a function",
      clients.misuse_of(polling, {})
    )
    assert.matches('did you mean "sleep"', clients.misuse_of(polling, { slep = print }))
    assert.matches(
      'did you mean "polling"',
      clients.misuse_of(function()
        return rtk.runtime.poling
      end)
    )
  end)
end)
