-- SPDX-License-Identifier: MIT
-- A client behind a proxy: a refusal by the proxy is not repeated, and its credentials stay secret.

local clients = require("spec.support.clients.clients")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")

local SECRET = "PASSWORD-OF-THE-PROXY"

-- Names are resolved by the proxy.
local API = "https://api.example.invalid"

describe("a client behind a proxy", function()
  local seen, client, proxy

  local function client_of(address)
    seen = {}
    client = rtk.new({
      api_token = "t",
      account_id = "acc",
      app_id = "app",
      base_url = API,
      proxy = address,
      connect_timeout = 60,
      runtime = clients.instant_runtime(),
      on_event = function(event)
        seen[#seen + 1] = event
      end,
    })
    return client
  end

  after_each(function()
    if client then client:close() end
    if proxy then proxy:stop() end
    client, proxy = nil, nil
  end)

  -- All strings that can be reached from a value.
  local function strings(value, found, known)
    found, known = found or {}, known or {}
    if type(value) == "string" then found[#found + 1] = value end
    if type(value) ~= "table" or known[value] then return found end
    known[value] = true
    for key, item in next, value do
      strings(key, found, known)
      strings(item, found, known)
    end
    return strings(getmetatable(value), found, known)
  end

  local function assert_secret(...)
    for _, text in ipairs(strings({ ... })) do
      assert.not_matches(SECRET, text, 1, true)
    end
  end

  -- The failure of creating something through a proxy that answers CONNECT so.
  local function failure_after(answer)
    proxy = rawserver.start({ "read", "send", answer })
    client_of(proxy.url:gsub("http://", "http://user:" .. SECRET .. "@"))
    local value, message, err = client.meetings:create({ title = "t" })
    assert.is_nil(value)
    assert.is_false(err.maybe_executed)
    assert.is_nil(err.status)
    assert.matches("the proxy", message, 1, true)
    assert_secret(client, message, err, seen)
    return err
  end

  for _, status in ipairs({ 403, 407 }) do
    it(("does not ask again after %d to CONNECT"):format(status), function()
      local err =
        failure_after(("HTTP/1.1 %d No\\r\\nContent-Length: 0\\r\\n\\r\\n"):format(status))
      assert.equal("protocol", err.kind)
      assert.equal(1, err.attempts)
      assert.matches("HTTP " .. status, err.message, 1, true)
      assert.equal(1, #proxy:requests())
    end)
  end

  it("asks again, for anything, when the proxy had trouble", function()
    for _, status in ipairs({ 502, 503, 504 }) do
      local err =
        failure_after(("HTTP/1.1 %d No\\r\\nContent-Length: 0\\r\\n\\r\\n"):format(status))
      assert.equal("connection", err.kind)
      assert.equal(3, err.attempts)
      assert.equal(3, #proxy:requests())
      client:close()
      proxy:stop()
      client, proxy = nil, nil
    end
  end)

  it("keeps the credentials to itself when the proxy is not there", function()
    for _, address in ipairs({
      "http://user:%s@127.0.0.1:" .. process.free_ports(1)[1],
      "https://user:%s@no-such-proxy.invalid:1",
      "socks5h://user:%s@127.0.0.1:" .. process.free_ports(1)[1],
    }) do
      client_of(address:format(SECRET))
      local _, message, err = client.meetings:create({ title = "t" })
      assert.matches("proxy", message, 1, true)
      assert.equal("connection", err.kind)
      assert.is_false(err.maybe_executed)
      assert_secret(client, message, err, seen)
      client:close()
    end
  end)

  it("is not made when the address is malformed", function()
    for address, problem in pairs({
      ["nonsense://user:%s@127.0.0.1:1"] = "proxy must begin with http://",
      ["http://user:%s@127.0.0.1:x"] = "proxy must have a port from 1 to 65535",
      ["http://user:%s@"] = "proxy must name a host",
      ["http://user:%s@[::1"] = "proxy must be [scheme://]",
      ["http://user:%s@127.0.0.1:1\n"] = "proxy must not contain control characters",
    }) do
      local message = clients.misuse_of(client_of, address:format(SECRET))
      local line, said = message:match("proxy_spec%.lua:(%d+): (.*)$")
      assert.is_string(line, message)
      assert.equal(problem, said:sub(1, #problem))
      assert_secret(message)
    end
  end)
end)
