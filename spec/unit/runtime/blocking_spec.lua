-- SPDX-License-Identifier: MIT
local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")

describe("rtk.runtime.blocking", function()
  it("waits for its own request and ignores abandoned ones", function()
    local steps = { {}, { { id = 3 }, { id = 7, status = 200 } } }
    local transport = {
      submit = function()
        return 7
      end,
      step = function()
        return table.remove(steps, 1)
      end,
    }
    assert.equal(200, blocking.new(transport):send({}).status)
  end)

  it("returns a failure for a request that could not be submitted", function()
    local transport = {
      submit = function()
        return nil, "out of descriptors"
      end,
    }
    local result = blocking.new(transport):send({})
    assert.equal("connection", result.kind)
    assert.equal("out of descriptors", result.message)
    assert.is_false(result.sent)
  end)

  it("sleeps for the given time", function()
    local runtime = blocking.new({})
    local start = runtime:now()
    runtime:sleep(0.05)
    local elapsed = runtime:now() - start
    assert.is_true(elapsed >= 0.05 and elapsed < 20, tostring(elapsed))
    runtime:sleep(0)
    assert.is_true(core.now() - start < 40)
  end)
end)
