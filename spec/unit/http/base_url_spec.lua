-- SPDX-License-Identifier: MIT
local base_url = require("rtk.http.base_url")
local clients = require("spec.support.clients.clients")

describe("rtk.http.base_url", function()
  local function refusal(url, allow_insecure)
    return clients.misuse_of(base_url.check, url, allow_insecure)
  end

  it("takes a host with or without port and path, and drops slashes at the end", function()
    for url, kept in pairs({
      ["https://api.example.com"] = "https://api.example.com",
      ["https://api.example.com/client/v4/"] = "https://api.example.com/client/v4",
      ["HTTPS://API.example.com:8443//"] = "HTTPS://API.example.com:8443",
      ["https://10.0.0.1"] = "https://10.0.0.1",
      ["https://[2001:db8::1]:443/x"] = "https://[2001:db8::1]:443/x",
      ["https://a_b-c.example./a%20b"] = "https://a_b-c.example./a%20b",
    }) do
      local checked, is_loopback = base_url.check(url)
      assert.equal(kept, checked)
      assert.is_false(is_loopback)
    end
  end)

  it("knows this machine, which plain http may go to", function()
    for _, url in ipairs({
      "http://127.0.0.1",
      "http://127.0.0.1:8080/x",
      "http://127.1.2.3",
      "http://LOCALHOST:1",
      "http://[::1]",
      "http://[::1]:80",
    }) do
      assert.is_true(select(2, base_url.check(url)), url)
    end
  end)

  it("refuses plain http to what only looks like this machine", function()
    for _, url in ipairs({
      "http://127.0.0.1.example.com",
      "http://127.0.0.1.",
      "http://localhost.example.com",
      "http://127.0.0.1x",
      "http://0x7f.1",
      "http://[::2]",
      "http://127.1",
    }) do
      assert.truthy(refusal(url):find("allow_insecure", 1, true), url)
      assert.is_false(select(2, base_url.check(url, true)))
    end
  end)

  it("refuses what two parsers of URLs may read in two ways", function()
    for url, reason in pairs({
      ["https://good.example\\@evil.example"] = "backslash",
      ["https://good.example\\.evil.example"] = "backslash",
      ["https://good.example@evil.example"] = "credentials",
      ["https://a b.example"] = "spaces",
      ["https://a.example\n"] = "control",
      ["https://a.example\0.evil.example"] = "control",
      ["https://a.example:443:80"] = "host",
      ["https://a.example:x"] = "port",
      ["https://a.example:-1"] = "port",
      ["https://a.example:65536"] = "65535",
      ["https://\239\189\129.example"] = "ASCII",
      ["https://a%2eexample"] = "ASCII",
      ["https://[::1"] = "host",
      ["https://[::1]x"] = "host",
      ["https://::1"] = "host",
      ["https://:443"] = "host",
      ["https:///x"] = "host",
      ["https:a.example"] = "https://",
      ["//a.example"] = "https://",
      ["file:///etc/passwd"] = "https://",
      ["https://a.example/?x"] = "query",
      ["https://a.example#x"] = "fragment",
      ["https://a.example/../x"] = "segments",
      ["https://a.example/%2e%2e"] = "segments",
      ["https://a.example/%0a"] = "control",
      ["https://a.example/%"] = "%",
    }) do
      local message = refusal(url)
      assert.truthy(message:find("base_url", 1, true), message)
      assert.truthy(message:find(reason, 1, true), url .. ": " .. message)
    end
  end)
end)
