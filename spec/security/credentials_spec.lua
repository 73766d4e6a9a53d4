-- SPDX-License-Identifier: MIT
-- Credentials go to the base URL's origin and nowhere else, even if a server or a proxy redirects.
-- No server can leave state behind for the next request.

local clients = require("spec.support.clients.clients")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")

local TOKEN = "secret-token-4711"
local OK = "HTTP/1.1 200 OK\\r\\nContent-Length: 22\\r\\n"
local GOOD = OK .. '\\r\\n{"data":{"id":"good"}}'
local NOTHING = "Content-Length: 0\\r\\n\\r\\n"

describe("credentials", function()
  local servers

  before_each(function()
    servers = {}
  end)

  after_each(function()
    for _, server in ipairs(servers) do
      server:stop()
    end
  end)

  local function serve(...)
    servers[#servers + 1] = rawserver.start(...)
    return servers[#servers]
  end

  local function client_of(server, options)
    local all = {
      api_token = TOKEN,
      account_id = "acc",
      app_id = "app",
      base_url = server.url,
      timeout = 60,
      runtime = clients.instant_runtime(),
    }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return rtk.new(all)
  end

  it("do not follow a redirect, which is no answer", function()
    local other = serve({ "read", "send", GOOD, "again" })
    for _, status in ipairs({ 300, 301, 302, 303, 305, 307, 308 }) do
      for _, location in ipairs({
        other.url .. "/x",
        other.url:gsub("http:", ""),
        "/elsewhere",
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/x",
        other.url:gsub("127.0.0.1", "user:pass@localhost"),
      }) do
        local redirect = "HTTP/1.1 %d Away\\r\\nLocation: %s\\r\\nRefresh: 0; url=%s\\r\\n"
        local server =
          serve({ "read", "send", redirect:format(status, location, location) .. NOTHING })
        local client = client_of(server)
        local value, message, err = client.meetings:get("m1")
        assert.is_nil(value)
        assert.equal("protocol", err.kind)
        assert.equal(status, err.status)
        assert.equal(1, err.attempts)
        assert.truthy(message:find("redirect", 1, true), message)
        assert.equal(1, #server:requests())
        client:close()
        table.remove(servers):stop()
      end
    end
    assert.same({}, other:requests())
  end)

  it("are not sent to a proxy that only tunnels", function()
    local proxy = serve({ "read", "send", "HTTP/1.1 200 OK\\r\\n\\r\\n", "gulp" })
    local options = {
      base_url = "https://api.example.com/client/v4",
      proxy = proxy.url,
      max_retries = 0,
      headers = { ["X-Secret"] = "private" },
    }
    local _, _, err = client_of(proxy, options).meetings:get("m1")
    assert.equal("connection", err.kind)
    assert.equal("conn 1 request 1 CONNECT api.example.com:443 HTTP/1.1", proxy:requests()[1])
    local sent = proxy:received():lower()
    assert.falsy(sent:find("authorization", 1, true), sent)
    assert.falsy(sent:find("private", 1, true), sent)
    assert.falsy(sent:find("meetings", 1, true), sent)
  end)

  it("are not lost to a proxy that refuses, which may ask for its own", function()
    local proxy = serve({
      "read",
      "send",
      "HTTP/1.1 407 No\\r\\nProxy-Authenticate: Basic\\r\\n" .. NOTHING,
      "again",
    })
    local options = { base_url = "https://api.example.com", proxy = proxy.url, max_retries = 0 }
    local _, message, err = client_of(proxy, options).meetings:create({})
    assert.equal("protocol", err.kind)
    assert.is_false(err.maybe_executed)
    assert.falsy(message:find(TOKEN, 1, true))
    assert.falsy(proxy:received():lower():find("authorization", 1, true))
  end)

  it("come from the options alone, not from a .netrc", function()
    local server = serve({ "read", "send", GOOD, "again" })
    local home = server.directory
    local file = assert(io.open(home .. "/.netrc", "w"))
    file:write("machine 127.0.0.1 login netrc-user password netrc-password\n")
    file:close()
    local script = ([[local rtk = require "rtk"
      local client = rtk.new { api_token = "%s", account_id = "a", app_id = "b", base_url = "%s" }
      assert(client.meetings:get "m1")]]):format(TOKEN, server.url)
    local run = ("HOME=%s %s -e %s"):format(home, shell.interpreter(), shell.quote(script))
    shell.check(run)
    local _, count = server:received():gsub("Authorization: ", "")
    assert.equal(1, count)
    assert.truthy(server:received():find("Authorization: Bearer " .. TOKEN, 1, true))
  end)

  it("are all that is remembered: cookies are not", function()
    local cookies = "Set-Cookie: session=1; Path=/\\r\\nSet-Cookie: cf=2\\r\\n\\r\\n"
    local answer = OK .. cookies .. '{"data":{"id":"good"}}'
    local server = serve({ "read", "send", answer, "again" })
    local client = client_of(server)
    for _ = 1, 3 do
      assert(client.meetings:get("m1"))
    end
    client:close()
    assert.equal(3, #server:requests())
    assert.falsy(server:received():lower():find("cookie", 1, true))
  end)

  it("get no answer that came before they asked", function()
    local smuggled = OK .. '\\r\\n{"data":{"id":"evil"}}'
    local server = serve(
      { "read", "send", GOOD .. smuggled, "sleep", 50, "send", smuggled, "hold" },
      { "read", "send", GOOD, "again" }
    )
    local client = client_of(server)
    for _ = 1, 3 do
      assert.equal("good", assert(client.meetings:get("m1")).id)
    end
    client:close()
    assert.truthy(server:requests()[2]:find("^conn 2 "))
  end)

  it("are not asked for again by a challenge", function()
    for _, scheme in ipairs({ "Basic", "Digest realm=x, nonce=y", "Negotiate", "NTLM" }) do
      local answer = "HTTP/1.1 401 No\\r\\nWWW-Authenticate: " .. scheme .. "\\r\\n" .. NOTHING
      local server = serve({ "read", "send", answer, "again" })
      local client = client_of(server)
      local _, _, err = client.meetings:get("m1")
      client:close()
      assert.equal("authentication", err.kind)
      assert.equal(1, #server:requests())
    end
  end)
end)
