-- SPDX-License-Identifier: MIT
local printable = require("rtk.printable")

describe("rtk.printable", function()
  it("leaves ordinary words alone", function()
    for _, text in ipairs({ "", "No preset found", 'field "é" is required?', "a#b https://x/y" }) do
      assert.equal(text, printable.line(text))
    end
  end)

  it("makes one line of several, without control characters", function()
    assert.equal("a b c [31m d ", printable.line("a\r\nb\tc\27[31m\0d\127"))
  end)

  it("takes the query and the fragment off a URL", function()
    assert.equal(
      'cannot read "https://a.example/x?..." (srt://b/y?...)',
      printable
        .line('cannot read "https://a.example/x?sig=1&b=2" (srt://b/y#key)')
        :gsub("%.%.%.$", "...)")
    )
  end)

  it("takes out what is a key or a token by its looks", function()
    local key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc+/=\n-----END OPENSSH PRIVATE KEY-----"
    assert.equal('"[redacted]" is no key', printable.line('"' .. key .. '" is no key'))
    assert.equal("[redacted]", printable.line(key:sub(1, 40)))
    assert.equal("no [redacted] here", printable.line("no eyJhbGciOiJSUzI1NiJ9.eyJ9.c-2_x here"))
    assert.equal('"rtmps://a.b:443/..." is', printable.line('"rtmps://a.b:443/live2/k-e-y?a=b" is'))
  end)

  it("cuts what is long, but no character in two", function()
    for length = 990, 1010 do
      local line = printable.line(("x"):rep(length) .. ("é"):rep(50))
      assert.is_true(#line <= 1003)
      assert.truthy(line:find("^x+[\195\169]*%.%.%.$"))
      assert.falsy(line:find("\195%.%.%.$"))
    end
  end)

  it("does not look at what it cuts off, however much there is", function()
    assert.equal(" ...", printable.line(("\n"):rep(2 ^ 22) .. "x"))
    assert.equal("://?...", printable.line("://?" .. ("?"):rep(2 ^ 22) .. " x"))
    assert.equal(("://"):rep(333) .. ":...", printable.line(("://"):rep(2 ^ 20)))
    assert.equal("[redacted]", printable.line(("-----BEGIN "):rep(2 ^ 18)))
  end)
end)
