-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local socket = require("socket")

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
    assert.is_false((pcall(core.watch, "x", "r")))
  end)
end)
