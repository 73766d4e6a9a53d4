-- SPDX-License-Identifier: MIT
-- Reading the URLs of webhooks; what is sent to them is in webhook_sender_spec.lua.
local nginx_post = require("rtk.emulator.server.http_post")

describe("rtk.emulator.server.http_post", function()
  local function parse(url)
    local at = nginx_post.parse(url)
    return at and { at.scheme, at.host, at.port, at.authority, at.path }
  end

  it("reads URLs", function()
    assert.same({ "http", "x.y", 80, "x.y", "/" }, parse("http://x.y"))
    assert.same({ "https", "x.y", 443, "x.y", "/a?b=c" }, parse("HTTPS://x.y/a?b=c#d"))
    assert.same({ "http", "x", 8080, "x:8080", "/?b" }, parse("http://x:8080?b"))
    assert.same({ "http", "[::1]", 81, "[::1]:81", "/" }, parse("http://[::1]:81/"))
    assert.same({ "http", "x", 80, "x", "/" }, parse("http://user:secret@x/"))
  end)

  it("refuses others", function()
    for _, url in ipairs({ "", "x", "ftp://x", "http://", "http://:80", "http://a:b" }) do
      assert.is_nil(parse(url))
    end
  end)
end)
