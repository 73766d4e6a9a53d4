-- SPDX-License-Identifier: MIT
-- Whom the transport trusts, and proxies.

local call = require("spec.support.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.rawserver")
local shell = require("spec.support.shell")
local webserver = require("spec.support.webserver")

describe("transport over TLS", function()
  local server, transport

  setup(function()
    server = webserver.start()
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    transport = assert(core.transport({ ca_file = server.ca_file, proxy = "" }))
  end)

  after_each(function()
    transport:close()
  end)

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

  it("says so if the authorities cannot be read", function()
    local other = assert(core.transport({ ca_file = "/nonexistent.pem", proxy = "" }))
    finally(function()
      other:close()
    end)
    local result = call.one(other, server.https .. "/echo")
    assert.equal("tls", result.kind)
    assert.truthy(result.message:find("/nonexistent.pem", 1, true), result.message)
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

  describe("proxy", function()
    it("is named as what cannot be connected to", function()
      local port = process.free_ports(1)[1]
      local proxy = ("http://user:secret@localhost:%d"):format(port)
      local other = assert(core.transport({ proxy = proxy }))
      local result = call.one(other, "http://127.0.0.1:1/")
      other:close()
      local message = "could not connect to the proxy for 127.0.0.1:1: Connection refused"
      assert.equal(message, result.message)
      assert.is_false(result.sent)
    end)

    it("is used if one is given, for any plain host", function()
      local other = assert(core.transport({ proxy = server.proxy }))
      finally(function()
        other:close()
      end)
      local result = call.one(other, "http://no-such-host.invalid/x")
      assert.equal(200, result.status)
      assert.equal("GET http://no-such-host.invalid/x HTTP/1.1", result.value.line)
    end)

    it("gets a tunnel for TLS, whose refusal was never sent", function()
      local refusing = rawserver.start({
        "read",
        "send",
        "HTTP/1.1 403 Forbidden\\r\\nX-Proxy: 1\\r\\nContent-Length: 0\\r\\n\\r\\n",
      })
      local other = assert(core.transport({ proxy = refusing.url }))
      finally(function()
        other:close()
        refusing:stop()
      end)
      local result = call.one(other, server.https .. "/echo")
      assert.equal("connection", result.kind)
      assert.is_false(result.sent)
      assert.is_nil(result.status)
      assert.is_nil(result.headers)
      assert.truthy(refusing:requests()[1]:find("CONNECT 127.0.0.1", 1, true))
    end)

    it("never shows its credentials", function()
      for _, proxy in ipairs({
        "http://user:secret@no-such-proxy.invalid:1",
        "http://user:secret@127.0.0.1:" .. process.free_ports(1)[1],
        "nonsense://user:secret@127.0.0.1:1",
        "http://user:secret@127.0.0.1:notaport",
      }) do
        local other = assert(core.transport({ proxy = proxy }))
        local result = call.one(other, server.http .. "/echo")
        other:close()
        assert.is_string(result.kind)
        assert.is_false(result.sent)
        assert.is_nil(result.message:find("secret", 1, true), result.message)
      end
    end)

    it("comes from the environment unless one is given", function()
      local script = [[
        local call, core = require "spec.support.call", require "rtk.core"
        local transport = core.transport { proxy = arg[1] }
        local result = call.one(transport, "http://no-such-host.invalid/x")
        print(result.status or result.kind)
      ]]
      local workdir = require("spec.support.workdir")
      local directory = workdir.new()
      finally(function()
        workdir.remove(directory)
      end)
      workdir.write(directory .. "/try.lua", script)
      local run = "http_proxy=%s %s %s/try.lua"
      local command = run:format(server.proxy, shell.interpreter(), directory)
      assert.equal("200", shell.check(command))
      assert.equal("connection", shell.check(command .. " ''"))
    end)
  end)
end)
