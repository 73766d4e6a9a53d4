-- SPDX-License-Identifier: MIT
-- Which servers the transport trusts.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local webserver = require("spec.support.servers.webserver")

describe("transport over TLS", function()
  local server = webserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end, server)

  it("accepts a certificate of the given authority", function()
    local result = call.one(transport, server.https .. "/echo")
    assert.equal(200, result.status)
    assert.equal("HTTP/1.1", result.value.protocol)
    local url = ("https://localhost:%d/echo"):format(server.ports.https)
    assert.equal(200, call.one(transport, url).status)
  end)

  for name, pattern in pairs({
    self = "self[%- ]signed",
    other = "does not match|no alternative",
    expired = "expired",
  }) do
    it("refuses a certificate that is " .. name .. " before sending anything", function()
      local result = call.one(transport, server[name] .. "/echo")
      assert.equal("tls", result.kind)
      assert.is_false(result.sent)
      local message = result.message
      local found = false
      for alternative in pattern:gmatch("[^|]+") do
        found = found or message:find(alternative) ~= nil
      end
      assert.is_true(found, message)
      assert.truthy(message:find("^certificate of 127.0.0.1:%d+ was not accepted: "), message)
    end)
  end

  it("trusts the system's authorities if none is given, not the test's", function()
    local other = assert(core.transport({ proxy = "" }))
    finally(function()
      other:close()
    end)
    local result = call.one(other, server.https .. "/echo")
    assert.equal("tls", result.kind)
    assert.is_false(result.sent)
  end)

  it("refuses TLS 1.1", function()
    local result = call.one(transport, server.tls11 .. "/echo")
    assert.equal("tls", result.kind)
    assert.is_false(result.sent)
  end)

  it("refuses a peer that does not speak TLS", function()
    local url = ("https://127.0.0.1:%d/"):format(server.ports.http)
    local result = call.one(transport, url)
    assert.equal("tls", result.kind)
    assert.is_false(result.sent)
  end)

  it("speaks HTTP/1.1, although the server offers HTTP/2", function()
    for _, method in ipairs({ "GET", "POST", "PUT", "PATCH", "DELETE" }) do
      local result = call.one(transport, server.http2 .. "/echo", { method = method })
      assert.equal("HTTP/1.1", result.value.protocol)
      assert.equal(method, result.value.method)
    end
  end)

  it("leaves no error of its own in OpenSSL's queue", function()
    local plain = ("https://127.0.0.1:%d/"):format(server.ports.http)
    for _, url in ipairs({ server.self, server.other, server.expired, server.tls11, plain }) do
      assert.equal("tls", call.one(transport, url).kind)
      assert.equal(0, process.tls_error())
    end
    local id = call.submit(transport, server.self)
    transport:step(0.001)
    transport:cancel(id)
    assert.equal(0, process.tls_error())
    call.submit(transport, server.self)
    transport:close()
    assert.equal(0, process.tls_error())
  end)

  it("opens as many connections as it needs", function()
    for _ = 1, 10 do
      call.submit(transport, server.https .. "/meet?name=several&count=10")
    end
    local _, results = call.drain(transport)
    assert.equal(10, #results)
    for _, result in ipairs(results) do
      assert.equal(200, result.status, result.message)
    end
  end)
end)
