-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("total_timeout", function()
  local ok = { json = { success = true, data = { id = "m1" } } }
  local late = { kind = "timeout", message = "late", sent = true, elapsed = 4 }

  it("leaves each attempt what is left of it", function()
    local client, transport, waits = clients.fake({ late, late, ok }, { timeout = 4 })
    local meeting = assert(client.meetings:get("m1", nil, { total_timeout = 11 }))
    local timeouts = {}
    for index, request in ipairs(transport.requests) do
      timeouts[index] = request.timeout
    end
    assert.equal(4, timeouts[1])
    assert.equal(4, timeouts[2])
    assert.is_true(math.abs(timeouts[3] - (3 - waits[1] - waits[2])) < 1e-6, timeouts[3])
    assert.equal(3, rtk.response(meeting).attempts)
  end)

  it("is the client's, or the call's", function()
    local client, transport = clients.fake({ ok }, { total_timeout = 5 })
    client.meetings:get("m1")
    assert.equal(5, transport:last().timeout)
    client.meetings:get("m1", nil, { total_timeout = 3 })
    assert.equal(3, transport:last().timeout)
    client:request({ path = "/x", total_timeout = 2 })
    assert.equal(2, transport:last().timeout)
    client.meetings:get("m1", nil, { total_timeout = 90 })
    assert.equal(60, transport:last().timeout)
  end)

  it("ends the call with the last failure, instead of a wait that would pass it", function()
    local busy = { status = 503, headers = { ["Retry-After"] = "10" } }
    local client, transport, waits = clients.fake({ busy, ok })
    local _, message, err = client.meetings:get("m1", nil, { total_timeout = 10 })
    assert.equal("server", err.kind)
    assert.equal(503, err.status)
    assert.equal(1, err.attempts)
    assert.equal(message, err.message)
    assert.truthy(message:find("total_timeout left no time for another attempt", 1, true), message)
    assert.same({}, waits)
    assert.equal(1, #transport.requests)
  end)

  it("ends the call with the last failure when a wait took too long", function()
    local client, transport = clients.fake({ { status = 503 }, ok })
    local runtime = client._shared.runtime
    local sleep = runtime.sleep
    function runtime:sleep()
      sleep(self, 10)
    end
    local _, message, err = client.meetings:get("m1", nil, { total_timeout = 10 })
    assert.equal(503, err.status)
    assert.truthy(message:find("total_timeout left no time", 1, true), message)
    assert.equal(1, #transport.requests)
  end)

  it("ends the call as a timeout when nothing was sent yet", function()
    local client, transport
    local limiter = { observe = function() end }
    function limiter.admit()
      client._shared.runtime:sleep(6)
      return 0
    end
    client, transport = clients.fake({ ok }, { rate_limit = limiter, total_timeout = 5 })
    local _, message, err = client.meetings:create({})
    assert.equal("timeout", err.kind)
    assert.equal(0, err.attempts)
    assert.is_false(err.maybe_executed)
    assert.truthy(message:find("total_timeout passed before anything was sent", 1, true), message)
    assert.equal(0, #transport.requests)
  end)

  it("counts every page of a walk as a call", function()
    local page = { json = { success = true, data = { { id = "a" }, { id = "b" } } }, elapsed = 3 }
    local other = { json = { success = true, data = { { id = "c" } } }, elapsed = 3 }
    local client = clients.fake({ page, other })
    local count = 0
    for _ in client.meetings:each({ per_page = 2 }, { total_timeout = 4 }) do
      count = count + 1
    end
    assert.equal(3, count)
  end)

  it("is kept on an emulator's clock", function()
    local api = emulator.new({})
    local client = api:client({ runtime = clients.emulated_runtime(api), timeout = 20 })
    api:fault({ kind = "latency", delay = 30, times = 2 })
    local began = api.clock:now()
    local _, _, err = client.meetings:list({}, { total_timeout = 25 })
    assert.equal("timeout", err.kind)
    assert.equal(2, err.attempts)
    local passed = (api.clock:now() - began) / 1000
    assert.is_true(passed > 24 and passed < 26, passed)
    assert(client.meetings:list({}, { total_timeout = 25 }))
  end)
end)
