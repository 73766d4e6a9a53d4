-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local response = require("rtk.values.response")

describe("rtk.values.response", function()
  local reply = {
    status = 201,
    headers = "HTTP/1.1 201 Created\r\nCF-Ray: r1\r\nX-A: b\r\n\r\n",
    connect_time = 0.1,
    first_byte_time = 0.2,
    call = { attempt = 2, elapsed = 0.5 },
  }

  it("is reached through the value alone", function()
    local value = response.attach({ id = "x" }, reply)
    local found = response.of(value)
    assert.equal(201, found.status)
    assert.equal("r1", found.request_id)
    assert.equal("b", found.headers["X-a"])
    assert.equal(2, found.attempts)
    assert.equal(0.5, found.elapsed)
    assert.equal(0.1, found.connect_time)
    assert.equal(0.2, found.first_byte_time)
  end)

  it("does not change the value's fields or its JSON", function()
    local list = response.attach((core.decode("[]")), reply)
    assert.equal("[]", core.encode(list))
    local object = response.attach((core.decode("{}")), reply)
    assert.is_nil(next(object))
    assert.equal("{}", core.encode(object))
  end)

  it("is nil for values that no call returned", function()
    assert.is_nil(response.of({}))
    assert.is_nil(response.of(setmetatable({}, {})))
    assert.is_nil(response.of("text"))
    assert.is_nil(response.of(nil))
  end)
end)
