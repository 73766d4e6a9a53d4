-- SPDX-License-Identifier: MIT
-- Whom a client trusts: who is not who it should be gets no request at all, not even
-- one more try.

local clients = require("spec.support.clients")
local core = require("rtk.core")
local rawserver = require("spec.support.rawserver")
local rtk = require("rtk")
local shell = require("spec.support.shell")
local webserver = require("spec.support.webserver")

describe("a client over TLS", function()
  local web, opened

  before_each(function()
    opened = {}
  end)

  after_each(function()
    for _, client in ipairs(opened) do
      client:close()
    end
  end)

  setup(function()
    web = webserver.start()
  end)

  teardown(function()
    web:stop()
  end)

  local function client_of(url, options)
    local all = {
      api_token = "secret-token-4711",
      account_id = "acc",
      app_id = "app",
      base_url = url,
      ca_file = web.ca_file,
      timeout = 60,
      connect_timeout = 60,
      runtime = clients.instant_runtime(),
    }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    opened[#opened + 1] = rtk.new(all)
    return opened[#opened]
  end

  -- How many requests of that name nginx has seen, whichever of its servers got them.
  local function executions(name)
    local reply = client_of(web.http):request({ path = "/count", query = { name = name } })
    return reply.count
  end

  local function assert_untrusted(url, options)
    local client = client_of(url, options)
    for _, method in ipairs({ "GET", "POST", "DELETE" }) do
      local name = url .. method
      local value, message, err = client:request({
        method = method,
        path = "/die",
        query = method ~= "POST" and { name = name } or nil,
        extra_query = method == "POST" and { name = name } or nil,
      })
      assert.is_nil(value)
      assert.equal("tls", err.kind, message)
      assert.equal(1, err.attempts)
      assert.is_false(err.maybe_executed)
      assert.is_nil(err.status)
      assert.falsy(message:find("4711", 1, true))
      assert.equal(0, executions(name))
    end
  end

  it("trusts a private authority that it is given", function()
    assert.equal("GET", assert(client_of(web.https):request({ path = "/echo" })).method)
    assert.equal("HTTP/1.1", assert(client_of(web.http2):request({ path = "/echo" })).protocol)
  end)

  for name, what in pairs({
    self = "signed itself",
    stranger = "an unknown authority signed",
    other = "belongs to another host",
    expired = "has expired",
    early = "is not valid yet",
  }) do
    it("refuses a certificate that " .. what, function()
      assert_untrusted(web[name])
    end)
  end

  it("refuses a private authority that it was not told of", function()
    assert_untrusted(web.https, { ca_file = "/etc/ssl/certs/ca-certificates.crt" })
  end)

  it("refuses TLS 1.0 and 1.1", function()
    assert_untrusted(web.tls10)
    assert_untrusted(web.tls11)
    -- They do speak: it is the client that does not want to.
    for _, version in ipairs({ "0", "1" }) do
      local _, status = shell.run(
        ("curl -sS --tls-max 1.%s --tlsv1.%s --ciphers ALL:@SECLEVEL=0 --cacert %s %s/echo"):format(
          version,
          version,
          shell.quote(web.ca_file),
          web["tls1" .. version]
        )
      )
      assert.equal(0, status)
    end
  end)

  -- The kind of the failure of a call to a server that does this in the handshake. The
  -- client speaks first.
  local function kind_after(...)
    local server = rawserver.start({ "gulp", ... })
    local url = server.url:gsub("http:", "https:")
    local _, message, err = client_of(url, { max_retries = 0 }).meetings:create({})
    server:stop()
    assert.is_false(err.maybe_executed, message)
    return err.kind
  end

  it("refuses a peer that talks nonsense in the handshake", function()
    assert.equal("tls", kind_after("send", "\\x15\\x03\\x03\\x00\\x02\\x02\\x28"))
    assert.equal("tls", kind_after("send", "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"))
    assert.equal("tls", kind_after("send", ("\\xff"):rep(2000)))
    assert.equal("tls", kind_after("flood", "\\x16\\x03\\x03"))
  end)

  it("takes a peer that leaves in the handshake for a lost connection", function()
    assert.equal("connection", kind_after())
    assert.equal("connection", kind_after("rst"))
    assert.equal("connection", kind_after("send", "\\x16\\x03\\x03"))
    assert.equal("connection", kind_after("send", "\\x16\\x03\\x03\\x40\\x00\\x02"))
  end)

  it("gives up a handshake that stalls", function()
    local server = rawserver.start({ "hold" })
    finally(function()
      server:stop()
    end)
    local url = server.url:gsub("http:", "https:")
    local started = core.now()
    local options = { connect_timeout = 0.2, timeout = 60, max_retries = 0 }
    local _, _, err = client_of(url, options).meetings:create({})
    assert.equal("timeout", err.kind)
    assert.is_false(err.maybe_executed)
    assert.is_true(core.now() - started < 30)
  end)
end)
