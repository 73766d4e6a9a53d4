-- SPDX-License-Identifier: MIT
-- Connections may die in silence between two requests, or under one. None that did is used twice,
-- and those that are kept are probed.

local call = require("spec.support.clients.call")
local rawserver = require("spec.support.servers.rawserver")
local workdir = require("spec.support.servers.workdir")

local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

-- What /proc/net/tcp calls a timer that sends probes.
local KEEPALIVE = "02"

describe("a connection that is kept", function()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  it("is not used again after a request that timed out on it", function()
    local server
    -- A machine may stall for longer than the first.
    for _, timeout in ipairs({ 0.3, 3, 20 }) do
      server = serve({ "read", "send", REPLY, "read", "hold" }, { "read", "send", REPLY, "again" })
      assert.equal(200, call.one(transport, server.url .. "/1").status)
      local lost = call.one(transport, server.url .. "/2", { timeout = timeout })
      assert.equal("timeout", lost.kind)
      if #server:requests() == 2 then
        assert.is_true(lost.sent)
        break
      end
    end
    for number = 3, 4 do
      assert.equal(200, call.one(transport, server.url .. "/" .. number).status)
    end
    assert.same({
      "conn 1 request 1 GET /1 HTTP/1.1",
      "conn 1 request 2 GET /2 HTTP/1.1",
      "conn 2 request 1 GET /3 HTTP/1.1",
      "conn 2 request 2 GET /4 HTTP/1.1",
    }, server:requests())
  end)

  it("is not used again after a request that was cancelled on it", function()
    local server = serve({ "read", "hold" }, { "read", "send", REPLY, "again" })
    local id = call.submit(transport, server.url .. "/1")
    while #server:requests() == 0 do
      transport:step(0.01)
    end
    assert.same({ true, true }, { transport:cancel(id) })
    assert.equal(200, call.one(transport, server.url .. "/2").status)
    assert.same("conn 2 request 1 GET /2 HTTP/1.1", server:requests()[2])
  end)

  it("is probed while nothing is sent", function()
    local server = serve({ "read", "send", REPLY, "hold" })
    call.one(transport, server.url)
    local to_server = (" 0100007F:%04X 01 %%x+:%%x+ (%%x%%x):"):format(server.port)
    assert.equal(KEEPALIVE, workdir.read("/proc/net/tcp"):match(to_server))
  end)
end)
