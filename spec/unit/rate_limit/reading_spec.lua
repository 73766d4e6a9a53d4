-- SPDX-License-Identifier: MIT
local reading = require("rtk.rate_limit.reading")

describe("rtk.rate_limit.reading", function()
  it("writes what a reply says about each policy", function()
    local headers = {
      ["ratelimit-policy"] = '"default";q=1200;w=300, "burst";q=10;w=1',
      ratelimit = '"default";r=50;t=30',
    }
    assert.equal(
      "ok - - default 1200 300 50 30 burst 10 1 - -",
      reading.of({ status = 200, headers = headers })
    )
  end)

  it("knows a refusal by its status or by its code, whatever the status", function()
    assert.equal("refused 17 -", reading.of({ status = 429, headers = {}, retry_after = 17 }))
    assert.equal("refused - -", reading.of({ status = 200, headers = {}, code = 971 }))
    assert.equal("refused - -", reading.of({ status = 200, headers = {}, code = "971" }))
    assert.equal("ok - -", reading.of({ status = 404, headers = {}, code = "ERR" }))
  end)

  it("bounds the seconds of Retry-After", function()
    assert.equal("refused 86400 -", reading.of({ status = 429, retry_after = 1e300 }))
    assert.equal("refused 0 -", reading.of({ status = 429, retry_after = -5 }))
  end)

  it("leaves out numbers that are none", function()
    assert.equal("refused - -", reading.of({ status = 429, retry_after = 0 / 0, elapsed = 1 / 0 }))
  end)

  it("tells requests that got no answer from those that did not leave", function()
    assert.equal("lost - -", reading.of({ sent = true }))
    assert.equal("lost - -", reading.of({}))
    assert.equal("unsent - -", reading.of({ sent = false }))
  end)
end)
