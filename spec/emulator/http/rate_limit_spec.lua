-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local emulator = require("rtk.emulator")

local LIMIT = { quota = 3, window = 60, block = 300 }

describe("the rate limit", function()
  it("is off unless asked for", function()
    local _, _, response = calls.new():send("GET", "/meetings")
    assert.is_nil(response.headers.ratelimit)
    assert.is_nil(response.headers["ratelimit-policy"])
  end)

  it("tells on every answer what is left", function()
    local api = calls.new({ rate_limit = LIMIT })
    local _, _, first = api:send("GET", "/meetings")
    assert.equal('"default";r=2;t=60', first.headers.ratelimit)
    assert.equal('"default";q=3;w=60', first.headers["ratelimit-policy"])
    api.emulator:advance(20)
    local _, _, second = api:send("GET", "/nothing")
    assert.equal('"default";r=1;t=40', second.headers.ratelimit)
  end)

  it("blocks everything for a while after one request too many", function()
    local api = calls.new({ rate_limit = LIMIT })
    for _ = 1, 3 do
      assert.equal(200, (api:send("GET", "/meetings")))
    end
    local status, body, response = api:send("POST", "/meetings", {})
    assert.equal(429, status)
    assert.equal(971, body.errors[1].code)
    assert.equal("300", response.headers["retry-after"])
    assert.equal('"default";r=0;t=300', response.headers.ratelimit)
    api.emulator:advance(299)
    response = select(3, api:send("GET", "/meetings"))
    assert.same({ 429, "1" }, { response.status, response.headers["retry-after"] })
    api.emulator:advance(1)
    assert.same({}, api:data("GET", "/meetings"))
  end)

  it("begins anew with every window", function()
    local api = calls.new({ rate_limit = LIMIT })
    for _ = 1, 4 do
      for _ = 1, 3 do
        assert.equal(200, (api:send("GET", "/meetings")))
      end
      api.emulator:advance(60)
    end
  end)

  it("counts each token for itself", function()
    local api = calls.new({ rate_limit = LIMIT })
    for _ = 1, 5 do
      api:send("GET", "/meetings")
    end
    assert.equal(429, (api:send("GET", "/meetings")))
    api.headers.authorization = "Bearer other"
    assert.equal(200, (api:send("GET", "/meetings")))
  end)

  it("may go by real time besides", function()
    local limit = { quota = 1, window = 1, block = 1, real_time = true }
    local api = calls.new({ rate_limit = limit })
    api:send("GET", "/meetings")
    api.emulator:advance(2)
    assert.equal(200, (api:send("GET", "/meetings")))
    core.sleep(1.1)
    assert.equal(200, (api:send("GET", "/meetings")))
  end)

  it("is what the client says it is", function()
    local emu = emulator.new({ rate_limit = { quota = 1, window = 60, block = 30 } })
    local runtime = clients.instant_runtime()
    local client = emu:client({ runtime = runtime, max_retries = 1 })
    assert(client.meetings:list())
    local _, _, err = client.meetings:create({})
    assert.same({ "rate_limit", 30, false }, { err.kind, err.retry_after, err.maybe_executed })
    assert.equal(1, #runtime.waits)
    assert.is_true(runtime.waits[1] >= 30 and runtime.waits[1] < 33, runtime.waits[1])
  end)

  it("needs all of its members", function()
    for _, limit in ipairs({
      {},
      { quota = 1, window = 1 },
      { quota = 0, window = 1, block = 1 },
      { quota = 1, window = 1, block = 1, blok = 1 },
      { quota = 1, window = "1", block = 1 },
    }) do
      assert.has_error(function()
        emulator.new({ rate_limit = limit })
      end)
    end
  end)
end)
