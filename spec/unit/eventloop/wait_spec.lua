-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local call = require("spec.support.clients.call")
local signals = require("spec.support.asserts.signals")
local webserver = require("spec.support.servers.webserver")

describe("core.wait", function()
  local server = webserver.around()

  local function new_transport()
    local transport = assert(core.transport({ proxy = "" }))
    finally(function()
      transport:close()
    end)
    return transport
  end

  it("waits until one of the descriptors is readable", function()
    local quick, slow = new_transport(), new_transport()
    local descriptors = { slow:fd(), quick:fd() }
    call.submit(slow, server.http .. "/gate?name=shut")
    call.submit(quick, server.http .. "/slow?ms=50")
    local start, results = core.now(), {}
    while not results[1] and core.now() - start < 40 do
      assert.is_true(core.wait(descriptors, 40))
      slow:step(0)
      results = quick:step(0)
    end
    assert.equal(200, results[1].status)
  end)

  it("waits no longer than it is told, for fractions of seconds, too", function()
    local transport = new_transport()
    for _, descriptors in ipairs({ {}, { transport:fd() } }) do
      local start = core.now()
      assert.is_false(core.wait(descriptors, 0.05))
      local waited = core.now() - start
      assert.is_true(waited >= 0.05 and waited < 20, tostring(waited))
      assert.is_false(core.wait(descriptors, 0))
    end
  end)

  it("returns early when a signal comes", function()
    local start = core.now()
    assert.is_false(signals.during(function()
      return core.wait({}, 60)
    end))
    assert.is_true(core.now() - start < 30)
  end)

  it("raises for what cannot be waited for", function()
    for _, arguments in ipairs({
      { nil, 1 },
      { {}, -1 },
      { {}, 0 / 0 },
      { {} },
      { { "x" }, 1 },
      { { -1 }, 1 },
      { { 1e10 }, 1 },
    }) do
      assert.is_false((pcall(core.wait, arguments[1], arguments[2])))
    end
  end)
end)
