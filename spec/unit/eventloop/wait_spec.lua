-- SPDX-License-Identifier: MIT
local call = require("spec.support.clients.call")
local core = require("rtk.core")
local signals = require("spec.support.asserts.signals")
local socket = require("socket")
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

  it("waits no longer than the timeout, which may be a fraction of a second", function()
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

describe("core.watch", function()
  local listener, near, far

  before_each(function()
    listener = assert(socket.bind("127.0.0.1", 0))
    local address, port = listener:getsockname()
    near = assert(socket.connect(address, port))
    far = assert(listener:accept())
  end)

  after_each(function()
    listener:close()
    near:close()
    far:close()
  end)

  local function is_ready(watch, seconds)
    return core.wait({ watch:fd() }, seconds or 0)
  end

  it("tells when a descriptor can be read", function()
    local watch = assert(core.watch(near:getfd(), "r"))
    assert.is_false(is_ready(watch))
    far:send("x")
    assert.is_true(is_ready(watch, 60))
    near:receive(1)
    assert.is_false(is_ready(watch))
    far:close()
    assert.is_true(is_ready(watch, 60))
    watch:close()
  end)

  it("tells when a descriptor can be written", function()
    local watch = assert(core.watch(near:getfd(), "w"))
    assert.is_true(is_ready(watch))
    watch:close()
  end)

  it("is closed once, by its first owner to do so", function()
    local watch = assert(core.watch(near:getfd(), "r"))
    watch:close()
    watch:close()
    assert.matches("watch is closed", select(2, pcall(watch.fd, watch)))
    assert(core.watch(near:getfd(), "r"))
    collectgarbage()
  end)

  it("says why a descriptor cannot be watched", function()
    assert.same(
      { n = 2, nil, "could not watch a descriptor: Bad file descriptor" },
      { n = 2, core.watch(99999, "r") }
    )
    assert.is_false((pcall(core.watch, near:getfd(), "x")))
    for _, descriptor in ipairs({ "x", -1, 2 ^ 31, 0 / 0 }) do
      assert.is_false((pcall(core.watch, descriptor, "r")))
    end
  end)
end)
