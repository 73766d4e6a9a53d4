-- SPDX-License-Identifier: MIT
-- Links to downloads: which may be fetched, where redirects lead, what messages show.

local link = require("rtk.download.link")

describe("a link", function()
  it("is fetched with https and a plain host", function()
    for _, text in ipairs({
      "https://files.example/a/b?X-Amz-Signature=c",
      "HTTPS://files.example",
      "https://files.example:8443/a",
      "https://[2001:db8::1]:443/a",
      "https://files_1.example/a%20b",
    }) do
      local url, problem = link.check(text, false)
      assert.equal((text:gsub("^HTTPS", "https")), url, problem)
    end
  end)

  it("has its spaces and other letters encoded, and no fragment", function()
    local url = link.check("https://files.example/Ä b?c=d e#f", false)
    assert.equal("https://files.example/%C3%84%20b?c=d%20e", url)
  end)

  it("is refused when it is something else", function()
    for _, text in ipairs({
      "",
      "files.example/a",
      "ftp://files.example/a",
      "file:///etc/passwd",
      "https:///a",
      "https://user@files.example/a",
      "https://user:word@files.example/a",
      "https://files.example:99999/a",
      "https://files.example:8o/a",
      "https://files example/a",
      "https://f\195\164le.example/a",
      "https://files.example/a\r\nHost: b",
      "https://files.example\\@evil.example/a",
      "javascript:alert(1)",
    }) do
      local url, problem, reason = link.check(text, true)
      assert.is_nil(url, text)
      assert.equal("the link is not a URL with https and a plain host", problem)
      assert.is_nil(reason)
    end
    for _, value in ipairs({ 1, true, {} }) do
      assert.is_nil((link.check(value, true)))
    end
  end)

  it("with http is one for a private network only", function()
    assert.equal("http://files.example/a", link.check("http://files.example/a", true))
    local url, problem, reason = link.check("http://files.example/a", false)
    assert.is_nil(url)
    assert.equal("the link is not encrypted (http, not https)", problem)
    assert.equal("insecure", reason)
  end)

  it("shows its origin only", function()
    assert.equal("https://f.example:8", link.origin("https://f.example:8/secret?key=1"))
    assert.equal("its link", link.origin("https://user:word@f.example/"))
    assert.equal("its link", link.origin(nil))
  end)

  it("leads on as RFC 3986 has it", function()
    local base = "https://a.example/b/c/d?q"
    for location, expected in pairs({
      ["https://other.example/x"] = "https://other.example/x",
      ["//other.example/x"] = "https://other.example/x",
      ["/x?y"] = "https://a.example/x?y",
      ["x"] = "https://a.example/b/c/x",
      ["?y"] = "https://a.example/b/c/d?y",
      ["file:///etc/passwd"] = "file:///etc/passwd",
    }) do
      assert.equal(expected, link.resolve(base, location), location)
    end
    assert.equal("https://a.example/x", link.resolve("https://a.example", "x"))
  end)
end)
