-- SPDX-License-Identifier: MIT
local api_error = require("rtk.errors.api_error")
local error_message = require("rtk.errors.error_message")

describe("rtk.errors.error_message", function()
  local function message_of(result, fields, call)
    result.status = result.status or 400
    return error_message.of(result, fields or {}, call or {})
  end

  it("quotes all texts of a response in one line", function()
    local value =
      { errors = { {}, { message = "" }, { message = " b\r\n" }, { message = "c  d" } } }
    assert.equal("b; c d", message_of({ value = value }))
    assert.equal("error code: 1010", message_of({ text = "error code: 1010\r\nx" }))
    assert.equal("A & B", message_of({ text = "<title>\n A &amp; B\n</title>" }))
    for _, result in ipairs({ {}, { value = { error = { message = 5 } } }, { text = "{}{" } }) do
      assert.equal("the API gave no reason", message_of(result))
    end
  end)

  it("leaves room for the second of two long errors, and bounds both", function()
    local long = ("x"):rep(2000)
    local said = message_of({ value = { errors = { long, long .. "y", "last" } } })
    assert.truthy(said:find("^x+%.%.%.; x+%.%.%.; last$"), said)
    local many = {}
    for index = 1, 64 do
      many[index] = index .. ("é"):rep(40)
    end
    said = message_of({ value = { errors = many } })
    assert.truthy(#said > 990 and #said <= 1003 and said:find("^1é.*; 2é"), said)
  end)

  it("removes secrets from every part", function()
    local call = { headers = { "Authorization: Bearer t-o-k-e-n" } }
    local key = "-----BEGIN KEY-----\nabc"
    local value = { message = "a t-o-k-e-n", errors = { key, "https://a.example/x?sig=1", "b" } }
    assert.equal(
      "a [redacted]; [redacted]; https://a.example/x?...; b",
      message_of({ value = value }, nil, call)
    )
    local page = "<title>no t&#45;o-k-e-n</title>"
    assert.equal("no [redacted]", message_of({ text = page }, nil, call))
  end)

  it("names a challenge", function()
    local fields = { ["cf-mitigated"] = "challenge" }
    local page = "<title>Just a moment...</title>"
    assert.equal(
      "Cloudflare challenges the request: Just a moment...",
      message_of({ status = 403, text = page }, fields)
    )
    assert.equal("Cloudflare challenges the request", message_of({ status = 403 }, fields))
    assert.equal("challenge", api_error.source({ success = false }, fields))
  end)

  it("describes redirects, and 304 differently", function()
    local fields = { location = "https://user:pw@a.example/login/t-o-k-e-n?b=c" }
    local call = { headers = { "X-Token: t-o-k-e-n" } }
    assert.equal(
      "the reply is a redirect to https://a.example/login/[redacted], which is not followed",
      message_of({ status = 302, value = { message = "b" } }, fields, call)
    )
    assert.equal("the reply is a redirect, which is not followed", message_of({ status = 307 }, {}))
    local said = message_of({ status = 304 })
    assert.truthy(said:find("304 Not Modified", 1, true), said)
    assert.falsy(said:find("redirect", 1, true), said)
  end)

  it("quotes what arrived instead of the API's JSON", function()
    local call = { headers = { "X-Key: some words" } }
    local page = "<title>Sign in some words</title>"
    for expected, result in pairs({
      ['it is an HTML page: "Sign in some [redacted]"'] = { text = page },
      ["it is an HTML page"] = { text = "<html></html>" },
      ['it is odd: "upstream connect error"'] = { text = "upstream connect error\nx" },
      ['it is odd: "no access"'] = { value = "no access" },
    }) do
      assert.equal(expected, error_message.unusable(result, call, "it is odd"))
    end
  end)

  it("does not quote text that could be a secret", function()
    for _, result in ipairs({
      {},
      { text = "" },
      { text = "s3cr3t-t0ken" },
      { value = "s3cr3t-t0ken" },
      { text = '{"success":true,"data":{"token":"s3cr3t t0' },
      { value = { message = "a b" } },
      { value = 42 },
    }) do
      assert.equal("it is odd", error_message.unusable(result, {}, "it is odd"))
    end
  end)

  describe("of a redirect", function()
    local function describe_location(value)
      local call = { headers = { "X-Key: s3cret" } }
      local said = error_message.of({ status = 302 }, { location = value }, call)
      return said:match("^the reply is a redirect to (.*), which is not followed$")
    end

    it("shows scheme, host and path", function()
      for value, shown in pairs({
        ["https://a.example/login?token=x"] = "https://a.example/login",
        ["https://a.example/login#token=x"] = "https://a.example/login",
        ["HTTP://user:pass@a.example:8080/b@c"] = "HTTP://a.example:8080/b@c",
        ["https://a@b:c@a.example?x"] = "https://a.example",
        ["//user@a.example/b"] = "//a.example/b",
        ["/login;jsessionid=x?y"] = "/login",
        ["../login"] = "../login",
        ["https:\\\\user:pass@a.example\\b"] = "https:\\\\a.example\\b",
        ["data:text/html,x"] = "data:...",
        ["mailto:a@example.com"] = "mailto:...",
        ["/s3cret/eyJhbGciOiJIUzI1NiJ9.eyJ9.x"] = "/[redacted]/[redacted]",
      }) do
        assert.equal(shown, describe_location(value))
      end
    end)

    it("omits the location when the header has none", function()
      assert.is_nil(describe_location(nil))
      assert.is_nil(describe_location(""))
      assert.is_nil(describe_location("?token=x"))
    end)

    it("shows one line of limited length", function()
      local shown = describe_location("https://a.example/\27[31m\226\128\174" .. ("x"):rep(9999))
      assert.truthy(shown:find("^https://a.example/ %[31m x+%.%.%.$"), shown)
      assert.is_true(#shown <= 303)
    end)
  end)
end)
