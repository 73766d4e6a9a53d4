-- SPDX-License-Identifier: MIT
-- Which authorities a transport trusts, and that it knows them from its start on.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local PRIVATE = "(the option ca_file or ca_pem makes a private authority trusted)"

describe("transport's authorities", function()
  local server, directory, ca_pem, opened

  setup(function()
    server = webserver.start()
    ca_pem = workdir.read(server.ca_file)
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    directory, opened = workdir.new(), {}
  end)

  after_each(function()
    for _, transport in ipairs(opened) do
      transport:close()
    end
    workdir.remove(directory)
  end)

  local function open(options)
    options.proxy = ""
    local transport = assert(core.transport(options))
    opened[#opened + 1] = transport
    return transport
  end

  local function assert_trusted(transport)
    local result = call.one(transport, server.https .. "/echo")
    assert.equal(200, result.status, result.message)
  end

  local function assert_not_trusted(transport)
    local result = call.one(transport, server.https .. "/echo")
    assert.equal("tls", result.kind)
    assert.is_false(result.sent)
    assert.matches("was not accepted", result.message, 1, true)
  end

  it("are those of a text, too", function()
    assert_trusted(open({ ca_pem = ca_pem }))
    assert_trusted(
      open({ ca_pem = "our own:\n" .. workdir.read(server.directory .. "/self.pem") .. ca_pem })
    )
    assert_not_trusted(open({ ca_pem = workdir.read(server.directory .. "/self.pem") }))
  end)

  it("are a file or a text, not both", function()
    local ok, message = pcall(core.transport, { ca_file = server.ca_file, ca_pem = ca_pem })
    assert.is_false(ok)
    assert.matches("field 'ca_pem' cannot be given beside ca_file", message, 1, true)
  end)

  it("must be readable and look like certificates", function()
    workdir.write(directory .. "/empty", "")
    for file, problem in pairs({
      ["/nonexistent.pem"] = "names a file that does not exist",
      [directory] = "names a directory, not a file",
      [directory .. "/empty"] = "holds no certificate in PEM form",
      [server.directory .. "/good.key"] = "holds no certificate in PEM form",
      ["/dev/zero"] = "names a file that is too large to be a list of certificates",
    }) do
      local transport, message, option = core.transport({ ca_file = file })
      assert.is_nil(transport)
      assert.same({ problem, "ca_file" }, { message, option })
    end
    for _, text in ipairs({ "", "nonsense", "-----BEGIN ", "CERTIFICATE-----\n-----BEGIN " }) do
      local transport, message, option = core.transport({ ca_pem = text })
      assert.is_nil(transport)
      assert.same({ "holds no certificate in PEM form", "ca_pem" }, { message, option })
    end
  end)

  it("are no longer a text than libcurl takes", function()
    local function padded(bytes)
      return ca_pem .. ("\n"):rep(bytes - #ca_pem)
    end
    assert_trusted(open({ ca_pem = padded(8000000) }))
    local transport, message, option = core.transport({ ca_pem = padded(8000001) })
    assert.is_nil(transport)
    assert.same({ "is too large to be a list of certificates", "ca_pem" }, { message, option })
  end)

  it("fail calls when nothing can be made of them", function()
    local broken = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"
    local result = call.one(open({ ca_pem = broken }), server.https .. "/echo")
    assert.equal("tls", result.kind)
    assert.is_false(result.sent)
    assert.matches("^there are no certificates to trust: ", result.message)
    assert.matches("ca_pem", result.message, 1, true)
  end)

  it("can come from what can be read only once", function()
    local fifo = directory .. "/fifo"
    local write = "mkfifo %s && { (cat %s >%s) >/dev/null 2>&1 & }"
    shell.check(write:format(fifo, shell.quote(server.ca_file), fifo))
    assert_trusted(open({ ca_file = fifo }))
  end)

  it("are read once from a file that is given", function()
    local file = directory .. "/ca.pem"
    for _, change in ipairs({
      "rm " .. file,
      "echo nonsense >" .. file,
      ("cp %s/self.pem %s"):format(server.directory, file),
      ("chmod 000 %s && mv %s %s.gone"):format(file, file, file),
    }) do
      workdir.write(file, ca_pem)
      local unused = open({ ca_file = file })
      local used = open({ ca_file = file })
      assert_trusted(used)
      shell.check(change)
      assert_trusted(unused)
      assert_trusted(used)
      -- On a connection of its own.
      local url = ("https://localhost:%d/echo"):format(server.ports.https)
      assert.equal(200, call.one(used, url).status)
    end
  end)

  for cause, name in pairs({
    ["signed itself"] = "self",
    ["an unknown authority signed"] = "stranger",
  }) do
    it("are named as the way out when a certificate " .. cause, function()
      local result = call.one(open({ ca_pem = ca_pem }), server[name] .. "/echo")
      assert.matches(PRIVATE, result.message, 1, true)
    end)
  end

  for cause, name in pairs({
    ["has expired"] = "expired",
    ["belongs to another host"] = "other",
    ["is not valid yet"] = "early",
  }) do
    it("are not the way out when a certificate " .. cause, function()
      local result = call.one(open({ ca_pem = ca_pem }), server[name] .. "/echo")
      assert.equal("tls", result.kind)
      assert.not_matches("ca_file", result.message, 1, true)
    end)
  end

  -- What comes of a call in a process of its own, as "status or kind, message".
  local function outcome(environment, before, options)
    return shell.lua_output(
      ([[
        local core, process = require("rtk.core"), require("spec_process")
        local transport = assert(core.transport({ proxy = "", %s }))
        %s
        transport:submit({ method = "GET", url = %q, connect_timeout = 60 })
        local result = transport:step(60)[1]
        print(result.status or result.kind, result.message or "")
      ]]):format(options or "", before or "", server.https .. "/echo"),
      -- After a chroot the leak checker would not find what it needs.
      "ASAN_OPTIONS=detect_leaks=0 env -u SSL_CERT_FILE -u SSL_CERT_DIR " .. environment .. " "
    )
  end

  local function options_of(file)
    return ("ca_file = %q"):format(file)
  end

  it("come from SSL_CERT_FILE where no option says so", function()
    local self = server.directory .. "/self.pem"
    assert.matches("^200", outcome("SSL_CERT_FILE=" .. server.ca_file))
    assert.matches("^tls", outcome("SSL_CERT_FILE=" .. self))
    assert.matches("^tls", outcome("SSL_CERT_FILE=" .. server.ca_file, "", options_of(self)))
    assert.matches("^200", outcome("SSL_CERT_FILE=" .. self, "", options_of(server.ca_file)))
    assert.matches("^tls.*authority trusted", outcome("SSL_CERT_FILE="))
  end)

  it("are named when SSL_CERT_FILE leads nowhere", function()
    local said = outcome("SSL_CERT_FILE=/no-cert-file.crt")
    assert.matches("^tls%s+there are no certificates to trust: ", said)
    assert.matches("/no-cert-file.crt", said, 1, true)
    assert.matches("ca_file or ca_pem", said, 1, true)
  end)

  it("come from SSL_CERT_DIR, too", function()
    local hashed, empty = directory .. "/hashed", directory .. "/empty"
    shell.check(
      ("mkdir %s %s && cp %s %s/ca.pem && openssl rehash %s"):format(
        hashed,
        empty,
        shell.quote(server.ca_file),
        hashed,
        hashed
      )
    )
    assert.matches("^200", outcome("SSL_CERT_DIR=" .. hashed))
    assert.matches("^200", outcome(("SSL_CERT_DIR=%s:%s"):format(empty, hashed)))
    assert.matches("^tls", outcome("SSL_CERT_DIR=" .. empty))
    local self = server.directory .. "/self.pem"
    assert.matches("^200", outcome(("SSL_CERT_FILE=%s SSL_CERT_DIR=%s"):format(self, hashed)))
    assert.matches("^tls", outcome("SSL_CERT_DIR=" .. hashed, "", options_of(self)))
  end)

  it("are still known after a chroot that leaves them behind", function()
    local change = ("process.chroot(%q)\n"):format(directory)
    assert.matches("^200", outcome("", change, options_of(server.ca_file)))
    assert.matches("^200", outcome("SSL_CERT_FILE=" .. server.ca_file, change))
    assert.matches("^tls.*authority trusted", outcome("", change))
    local called = (
      "local call = require('spec.support.clients.call')\n"
      .. "assert(call.one(transport, %q).status)\n"
    ):format(server.https .. "/echo")
    assert.matches("^200", outcome("", called .. change, options_of(server.ca_file)))
  end)
end)
