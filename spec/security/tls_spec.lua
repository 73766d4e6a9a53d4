-- SPDX-License-Identifier: MIT
-- Which servers a client trusts. A server with the wrong identity gets no request and no second
-- attempt.

local bad_tls = require("spec.support.servers.bad_tls")
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

describe("a client over TLS", function()
  local web = webserver.around()
  local opened

  before_each(function()
    opened = {}
  end)

  after_each(function()
    for _, client in ipairs(opened) do
      client:close()
    end
  end)

  local function client_of(url, options)
    local all = {
      api_token = "secret-token-confidential",
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
      assert.falsy(message:find("confidential", 1, true))
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

  describe("whose server goes wrong after the handshake", function()
    local bad

    setup(function()
      bad = bad_tls.start(web.directory)
    end)

    teardown(function()
      bad:stop()
    end)

    local function assert_not_repeated(url, method, maybe_executed)
      local client = client_of(url)
      local _, message, err = client:request({ method = method, path = "/x" })
      assert.equal("tls", err.kind, message)
      assert.equal(1, err.attempts)
      assert.equal(maybe_executed, err.maybe_executed, message)
    end

    it("is refused for want of a certificate of its own, without doubt", function()
      for _, method in ipairs({ "GET", "POST", "DELETE" }) do
        assert_not_repeated(bad.certificate, method, false)
      end
      assert.same({}, bad:requests())
    end)

    it("is told that TLS is broken, and not sent again", function()
      for count, name in ipairs({ "record", "body", "clear" }) do
        assert_not_repeated(bad[name], "GET", false)
        assert_not_repeated(bad[name], "POST", true)
        assert.equal(2 * count, #bad:requests())
      end
    end)
  end)

  it("takes TLS on a port without it for a broken protocol", function()
    local server = rawserver.start({ "read", "send", "\\x15\\x03\\x03\\x00\\x02\\x02\\x46" })
    finally(function()
      server:stop()
    end)
    local _, message, err = client_of(server.url).meetings:create({})
    assert.equal("protocol", err.kind, message)
    assert.equal(1, err.attempts)
  end)

  it("is not made of certificates that nobody can read", function()
    for file, problem in pairs({
      ["/nonexistent.pem"] = "ca_file names a file that does not exist",
      [web.directory .. "/good.key"] = "ca_file holds no certificate in PEM form",
    }) do
      local message = clients.misuse_of(client_of, web.https, { ca_file = file })
      assert.matches(problem, message, 1, true)
    end
    local options = { api_token = "t", account_id = "a", ca_pem = "nonsense" }
    local message = clients.misuse_of(rtk.new, options)
    assert.matches("ca_pem holds no certificate in PEM form", message, 1, true)
    options.ca_file = web.ca_file
    message = clients.misuse_of(rtk.new, options)
    assert.matches("give ca_file or ca_pem, not both", message, 1, true)
  end)

  it("takes certificates as a text, which it does not keep", function()
    local client = rtk.new({
      api_token = "t",
      account_id = "a",
      base_url = web.https,
      ca_pem = workdir.read(web.ca_file),
    })
    opened[1] = client
    assert.equal("GET", assert(client:request({ path = "/echo" })).method)
    assert.is_nil(client._channel.settings.ca_pem)
  end)
end)
