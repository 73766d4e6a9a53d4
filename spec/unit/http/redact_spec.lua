-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local redact = require("rtk.http.redact")

describe("rtk.http.redact", function()
  it("leaves ordinary words alone", function()
    for _, text in ipairs({ "", "No preset found", 'field "é" is required?', "a#b https://x/y" }) do
      assert.equal(text, redact.line(text))
    end
  end)

  it("joins lines and removes control characters", function()
    assert.equal("a b c [31m d ", redact.line("a\r\nb\tc\27[31m\0d\127"))
  end)

  it("removes query and fragment from URLs", function()
    assert.equal(
      'cannot read "https://a.example/x?..." (srt://b/y?...)',
      redact
        .line('cannot read "https://a.example/x?sig=1&b=2" (srt://b/y#key)')
        :gsub("%.%.%.$", "...)")
    )
  end)

  it("removes text that looks like a key or token", function()
    local key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc+/=\n-----END OPENSSH PRIVATE KEY-----"
    assert.equal('"[redacted]" is no key', redact.line('"' .. key .. '" is no key'))
    assert.equal("[redacted]", redact.line(key:sub(1, 40)))
    assert.equal("no [redacted] here", redact.line("no eyJhbGciOiJSUzI1NiJ9.eyJ9.c-2_x here"))
    assert.equal('"rtmps://a.b:443/..." is', redact.line('"rtmps://a.b:443/live2/k-e-y?a=b" is'))
  end)

  it("removes credentials that a server quotes from headers", function()
    for said, shown in pairs({
      ["Authorization: Bearer Abc0123456789-_xyz"] = "Authorization: Bearer [redacted]",
      ["Proxy-Authorization: Basic dXNlcjpwYXNz, b"] = "Proxy-Authorization: Basic [redacted], b",
      ["got bearer v1.0-aaaaaaaa bad"] = "got bearer [redacted] bad",
      ["basic dTpwYXNzd29yZA=="] = "basic [redacted]",
      ['"Bearer ' .. ("abc"):rep(8) .. '"'] = '"Bearer [redacted]"',
    }) do
      assert.equal(shown, redact.line(said))
    end
    for _, text in ipairs({
      "Bearer authentication is required",
      "Basic authorization failed",
      'WWW-Authenticate: Basic realm="api v2"',
      "Basic realm=internal2",
      "a basic preset, Bearer of news",
    }) do
      assert.equal(text, redact.line(text))
    end
  end)

  it("removes the values of fields that hold secrets from text that is no JSON", function()
    for said, shown in pairs({
      ['{ "stream_key": "live", "id": "a" }'] = '{ "stream_key": "[redacted]", "id": "a" }',
      ["{'aKey': 'live', 'token' : 'ab'}"] = "{'aKey': '[redacted]', 'token' : '[redacted]'}",
      ['"{\\"secret\\": \\"x y\\"}"'] = '"{\\"secret\\": \\"[redacted] y\\"}"',
      ["apiKey=live_s3cretkey & x=1"] = "apiKey=[redacted] & x=1",
      ["Api-Token: 0123456789abc, b"] = "Api-Token: [redacted], b",
      ["access_key = AKIA0123456789"] = "access_key = [redacted]",
    }) do
      assert.equal(shown, redact.line(said))
    end
    for _, text in ipairs({
      'token: "x" is required',
      "token: is invalid",
      "password=short",
      "secret: must be a string",
      'key: "title"',
      "monkey: banana12345",
    }) do
      assert.equal(text, redact.line(text))
    end
  end)

  it("looks for fields in linear time", function()
    for _, text in ipairs({ ("token"):rep(800), ("token "):rep(680), ("token: "):rep(580) }) do
      assert.is_string(redact.line(text))
    end
  end)

  it("removes user and password from URLs", function()
    for said, shown in pairs({
      ["via http://user:pass@proxy:8080/x"] = "via http://...@proxy:8080/x",
      ["<https://a:b@c:d@e.example>"] = "<https://...@e.example>",
      ["RTMP://u:p@a.b/live/k-e-y"] = "RTMP://...@a.b/...",
      ["https://a.example/@user/b"] = "https://a.example/@user/b",
    }) do
      assert.equal(shown, redact.line(said))
    end
  end)

  it("replaces invalid UTF-8", function()
    local bad = "\239\191\189"
    for said, shown in pairs({
      ["caf\233 x"] = "caf" .. bad .. " x",
      ["\192\175"] = bad .. bad,
      ["\224\128\175"] = bad:rep(3),
      ["\237\160\128"] = bad:rep(3),
      ["\244\144\128\128"] = bad:rep(4),
      ["\226\130"] = bad:rep(2),
    }) do
      assert.equal(shown, redact.line(said))
    end
  end)

  it("keeps the first and last characters of each UTF-8 length", function()
    local text = "\194\161 \224\160\128 \237\159\191 \240\144\128\128 \244\143\191\191"
    assert.equal(text, redact.line(text))
  end)

  it("removes C1 controls and direction marks", function()
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
      assert.equal("a b", redact.line("a" .. mark .. "b"))
    end
    assert.equal("a\194\160b\226\128\147", redact.line("a\194\160b\226\128\147"))
  end)

  it("joins lines within the same length limit", function()
    assert.equal("a; b", redact.join({ "a", "b" }))
    local line = redact.join({ ("é"):rep(400), ("é"):rep(400) })
    assert.truthy(#line <= 1003 and line:find("é%.%.%.$"), line)
    assert.equal("éé...", redact.line(("é"):rep(9), 5))
  end)

  it("cuts long text between characters", function()
    for length = 990, 1010 do
      local line = redact.line(("x"):rep(length) .. ("é"):rep(50))
      assert.is_true(#line <= 1003)
      assert.truthy(line:find("^x+[\195\169]*%.%.%.$"))
      assert.falsy(line:find("\195%.%.%.$"))
    end
  end)

  it("does not scan what it cuts off", function()
    assert.equal(" ...", redact.line(("\n"):rep(2 ^ 22) .. "x"))
    assert.equal("://?...", redact.line("://?" .. ("?"):rep(2 ^ 22) .. " x"))
    assert.equal(("://"):rep(333) .. ":...", redact.line(("://"):rep(2 ^ 20)))
    assert.equal("[redacted]", redact.line(("-----BEGIN "):rep(2 ^ 18)))
  end)

  it("removes secrets that are long enough to tell from words", function()
    local secrets = { "a+b%c-secret", "t" }
    assert.equal("Bearer [redacted], the t", redact.remove("Bearer a+b%c-secret, the t", secrets))
    assert.equal("nothing", redact.remove("nothing", secrets))
  end)

  describe("sent secrets", function()
    local function call(body, ...)
      return { body = body and core.encode(body), headers = { ... } }
    end

    local function hide(text, sent)
      return redact.sent(sent)(text)
    end

    it("removes the secrets of a body at any depth", function()
      local storage =
        { type = "aws", secret = "s3cr3t-%d", access_key = "AKIA1", bucket = "bucket" }
      local sent = call({ layers = { default = { outputs = { { storage_config = storage } } } } })
      local said = '"secret" with value "s3cr3t-%d" for AKIA1 fails in bucket of aws'
      local shown = '"secret" with value "[redacted]" for [redacted] fails in bucket of aws'
      assert.equal(shown, hide(said, sent))
    end)

    it("removes the values of secret headers", function()
      local sent =
        call(nil, "Authorization: Bearer other-token", "X-Auth-Key: k-e-y", "X-Trace: t-1")
      assert.equal(
        "no [redacted], no [redacted] in t-1",
        hide("no other-token, no k-e-y in t-1", sent)
      )
    end)

    it("removes a secret that contains another one entirely", function()
      local sent = call({ password = "abcd", secret = "abcdefgh" })
      assert.equal("[redacted] [redacted]", hide("abcdefgh abcd", sent))
    end)

    it("keeps everything else", function()
      local odd = call({ secret = "the", token = 5, name = "name" }, "odd line", "")
      for _, sent in ipairs({ {}, odd }) do
        assert.equal("the name is 5 long", hide("the name is 5 long", sent))
      end
    end)

    it("shows no part of a secret that the cut of a long text divides", function()
      local sent = call({ secret = "abcdefghijklmnop", password = "mnopqrst" }, "X-Key: efgh-key")
      for filler = 8150, 8200 do
        local shown = hide((" "):rep(filler) .. "abcdefghijklmnop efgh-key" .. (" "):rep(99), sent)
        assert.is_true(#shown <= 8250)
        assert.falsy(shown:find("abcd", 1, true) or shown:find("efgh", 1, true), shown:sub(8140))
      end
    end)

    it("removes the parts of basic credentials", function()
      local sent = call(nil, "Authorization: Basic b3JnLWlkOms=", "X-Key: Basic !!!!")
      assert.equal("org-id k [redacted]", hide("org-id k b3JnLWlkOms=", sent))
      sent = call(nil, "Authorization: Basic b3JnOmstZS15LTE=")
      assert.equal("org has no key [redacted]", hide("org has no key k-e-y-1", sent))
    end)
  end)
end)
