-- SPDX-License-Identifier: MIT
-- Making limiters, the one in memory, and what a client does with it.
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

local misuse_of = clients.misuse_of

describe("rtk.rate_limit", function()
  it("names the limiter that was meant", function()
    local message = misuse_of(function()
      return rtk.rate_limit.memroy
    end)
    assert.truthy(message:find('did you mean "memory"?', 1, true), message)
    assert.truthy(message:find("memory_spec.lua", 1, true), message)
  end)

  it("refuses options that cannot be right, at the caller's line", function()
    for _, case in ipairs({
      { { qouta = 5 }, 'did you mean "quota"?' },
      { { quota = 0 }, "quota must be a whole number" },
      { { quota = 1.5 }, "quota must be a whole number" },
      { { quota = "5" }, "quota must be a number, got a string" },
      { { window = 0 }, "window must be a number of seconds" },
      { { window = 1e9 }, "window must be a number of seconds" },
      { { reserve = 0.9 }, "reserve must be a share" },
      { { reserve = 0 / 0 }, "reserve must be a share" },
      { 5, "the options of rtk.rate_limit.memory must be a table" },
    }) do
      local message = misuse_of(rtk.rate_limit.memory, case[1])
      assert.truthy(message:find(case[2], 1, true), message)
    end
  end)

  it("says where shared dictionaries are to be had", function()
    local message = misuse_of(rtk.rate_limit.shared_dict, { name = "limits" })
    assert.truthy(message:find("works inside nginx", 1, true), message)
  end)
end)

describe("rtk.rate_limit.memory", function()
  local function limited(headers)
    local limiter = rtk.rate_limit.memory()
    local answer =
      { json = { success = true, data = { id = "m1", token = "t" } }, headers = headers }
    local client, transport, waits = clients.fake({ answer }, { rate_limit = limiter })
    return client, waits, transport
  end

  it("goes by what replies say", function()
    local client, waits = limited({
      ["Ratelimit-Policy"] = '"default";q=1000;w=100',
      Ratelimit = '"default";r=150;t=50',
    })
    assert(client.meetings:get("m1"))
    assert.same({}, waits)
    assert(client.meetings:get("m1"))
    assert(client.meetings:get("m1"))
    assert.is_true(#waits >= 1 and waits[1] > 0.4 and waits[1] < 1.1, waits[1])
  end)

  it("fails calls rather than let them wait for too long", function()
    local client, waits, transport = limited({ Ratelimit = '"default";r=0;t=250' })
    assert(client.meetings:get("m1"))
    local meeting, message, err = client.meetings:get("m1")
    assert.is_nil(meeting)
    assert.equal("rate_limit", err.kind)
    assert.is_true(err.retry_after > 240 and err.retry_after < 260)
    assert.truthy(message:find("rate limiter", 1, true), message)
    assert.same({}, waits)
    assert.equal(1, #transport.requests)
  end)

  it("lets calls with priority into the reserve", function()
    local client = limited({ Ratelimit = '"default";r=20;t=250' })
    assert(client.meetings:get("m1"))
    local _, _, err = client.meetings:get("m1")
    assert.equal("rate_limit", err.kind)
    assert(client.meetings:get("m1", nil, { priority = true }))
    assert(client.meetings:refresh_participant_token("m1", "p1"))
  end)
end)

describe("a limiter while the API is out of reach", function()
  it("does not count what was not sent", function()
    local refused = { kind = "connection", message = "refused", sent = false }
    local limiter = rtk.rate_limit.memory({ quota = 10 })
    local client = clients.fake({ refused }, { rate_limit = limiter, max_retries = 0 })
    for _ = 1, 100 do
      local _, _, err = client.meetings:get("m1")
      assert.equal("connection", err.kind)
    end
  end)
end)
