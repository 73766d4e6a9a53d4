-- SPDX-License-Identifier: MIT
local printable = require("rtk.http.redact")

describe("rtk.http.redact", function()
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

  it("takes out who may pass at a URL", function()
    for said, shown in pairs({
      ["via http://user:pass@proxy:8080/x"] = "via http://...@proxy:8080/x",
      ["<https://a:b@c:d@e.example>"] = "<https://...@e.example>",
      ["RTMP://u:p@a.b/live/k-e-y"] = "RTMP://...@a.b/...",
      ["https://a.example/@user/b"] = "https://a.example/@user/b",
    }) do
      assert.equal(shown, printable.line(said))
    end
  end)

  it("replaces what is no UTF-8", function()
    local bad = "\239\191\189"
    for said, shown in pairs({
      ["caf\233 x"] = "caf" .. bad .. " x",
      ["\192\175"] = bad .. bad,
      ["\224\128\175"] = bad:rep(3),
      ["\237\160\128"] = bad:rep(3),
      ["\244\144\128\128"] = bad:rep(4),
      ["\226\130"] = bad:rep(2),
    }) do
      assert.equal(shown, printable.line(said))
    end
  end)

  it("leaves the edges of UTF-8 as they are", function()
    local text = "\194\161 \224\160\128 \237\159\191 \240\144\128\128 \244\143\191\191"
    assert.equal(text, printable.line(text))
  end)

  it("shows neither C1 controls nor marks that turn the direction of text", function()
    for _, mark in ipairs({
      "\194\128",
      "\194\159",
      "\216\156",
      "\226\128\142",
      "\226\128\168",
      "\226\128\174",
      "\226\129\166",
      "\226\129\169",
      "\239\187\191",
    }) do
      assert.equal("a b", printable.line("a" .. mark .. "b"))
    end
    assert.equal("a\194\160b\226\128\147", printable.line("a\194\160b\226\128\147"))
  end)

  it("joins lines to one that is no longer", function()
    assert.equal("a; b", printable.join({ "a", "b" }))
    local line = printable.join({ ("é"):rep(400), ("é"):rep(400) })
    assert.truthy(#line <= 1003 and line:find("é%.%.%.$"), line)
    assert.equal("éé...", printable.line(("é"):rep(9), 5))
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
