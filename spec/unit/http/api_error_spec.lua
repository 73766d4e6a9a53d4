-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local api_error = require("rtk.http.api_error")

describe("rtk.http.api_error", function()
  it("goes by success, and without it by what there is", function()
    for _, body in ipairs({
      { success = false, data = {} },
      { error = { message = "x" } },
      { error = "x" },
      { errors = { {} } },
      { errors = { title = { "is odd" } } },
      { cloudflare_error = true },
    }) do
      assert.is_true(api_error.is_in(body))
    end
    for _, body in ipairs({
      { success = true, error = {} },
      { data = {}, errors = { {} } },
      { result = {}, error = "x" },
      { errors = {} },
      {},
    }) do
      assert.is_false(api_error.is_in(body))
    end
  end)

  it("lists what both envelopes say", function()
    local errors = api_error.errors({
      errors = { { code = 7003, message = "a" }, "b", 5 },
      error = { code = 404, message = "c" },
      message = "d",
    })
    assert.same({
      { code = 7003, message = "a" },
      { message = "b" },
      { message = "5" },
      { code = 404, message = "c" },
    }, errors)
    assert.same({ { message = "d" } }, api_error.errors({ message = "d" }))
    assert.same({}, api_error.errors("<html>"))
    assert.same({}, api_error.errors(nil))
  end)

  it("lists errors in their other forms too", function()
    for json, expected in pairs({
      ['{"errors":{"title":["a","b"]}}'] = {
        { field = "title", message = "a" },
        { field = "title", message = "b" },
      },
      ['{"errors":{"name":"a"}}'] = { { field = "name", message = "a" } },
      ['{"errors":{"code":7}}'] = { { code = 7 } },
      ['{"errors":"a","code":"X"}'] = { { code = "X", message = "a" } },
      ['{"errors":[null,{"code":7}]}'] = { { code = 7 } },
      ['{"error":"a","code":"X"}'] = { { code = "X", message = "a" } },
      ['{"message":["a","b"]}'] = { { message = "a" }, { message = "b" } },
      ['[{"code":7},"a"]'] = { { code = 7 }, { message = "a" } },
      ['{"type":"u","title":"a","detail":"b","error_code":1020}'] = {
        { code = 1020, message = "b" },
      },
    }) do
      assert.same(expected, api_error.errors((core.decode(json))), json)
    end
  end)

  local function message_of(result, fields, call)
    result.status = result.status or 400
    return api_error.message(result, fields or {}, call or {})
  end

  it("quotes all the words of a reply in one line", function()
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

  it("takes secrets out of every part", function()
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

  it("says where a redirect leads, and that 304 is none", function()
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

  it("tells the API's own replies from those of what is in front of it", function()
    for source, bodies in pairs({
      api = { { success = false }, { errors = { {} } }, { error = { code = 403 } } },
      edge = {
        "<html>",
        "error code: 1010",
        { title = "a", type = "about:blank" },
        { title = "a", error_code = 1020 },
        { cloudflare_error = true, errors = {} },
      },
      unknown = { "", {}, { message = "a" }, { error = "a" }, { title = "a" }, 42, false },
    }) do
      for _, body in ipairs(bodies) do
        assert.equal(source, api_error.source(body, {}) or "unknown")
      end
    end
    assert.is_nil(api_error.source(nil, { ["cf-mitigated"] = "other" }))
  end)

  it("says what stands in the place of the API's JSON", function()
    local call = { headers = { "X-Key: some words" } }
    local page = "<title>Sign in some words</title>"
    for expected, result in pairs({
      ['it is an HTML page: "Sign in some [redacted]"'] = { text = page },
      ["it is an HTML page"] = { text = "<html></html>" },
      ['it is odd: "upstream connect error"'] = { text = "upstream connect error\nx" },
      ['it is odd: "no access"'] = { value = "no access" },
    }) do
      assert.equal(expected, api_error.unusable(result, call, "it is odd"))
    end
  end)

  it("does not quote what could be a value", function()
    for _, result in ipairs({
      {},
      { text = "" },
      { text = "s3cr3t-t0ken" },
      { value = "s3cr3t-t0ken" },
      { text = '{"success":true,"data":{"token":"s3cr3t t0' },
      { value = { message = "a b" } },
      { value = 42 },
    }) do
      assert.equal("it is odd", api_error.unusable(result, {}, "it is odd"))
    end
  end)

  it("reads the wait that a problem asks for", function()
    local function wait_in(seconds, more)
      local body = { cloudflare_error = true, retry_after = seconds }
      return api_error.retry_after(more or body)
    end
    assert.equal(30, wait_in(30))
    assert.equal(0, wait_in(0))
    for _, odd in ipairs({ -1, math.huge, 0 / 0, "30", false }) do
      assert.is_nil(wait_in(odd))
    end
    assert.is_nil(wait_in(nil, { success = false, retry_after = 30 }))
    assert.is_nil(wait_in(nil, "text"))
  end)

  it("has one kind for every status and code", function()
    assert.equal("rate_limit", api_error.kind(200, { { code = 971 } }))
    assert.equal("authentication", api_error.kind(400, { {}, { code = "6003" } }))
    assert.equal("permission", api_error.kind(200, { { code = 403 } }))
    assert.equal("api", api_error.kind(200, { { code = 10001 } }))
    assert.equal("invalid", api_error.kind(400, { { code = 404 } }))
    assert.equal("server", api_error.kind(530, {}))
    assert.equal("protocol", api_error.kind(307, {}))
    assert.equal("api", api_error.kind(451, {}))
    assert.equal("invalid", api_error.kind(400, { { code = {} } }))
    assert.equal("server", api_error.kind(421, {}))
    assert.equal("server", api_error.kind(425, {}))
    assert.equal("protocol", api_error.kind(101, {}))
    assert.equal("server", api_error.kind(999, {}))
  end)

  it("does not mistake the edge's codes for the gateway's", function()
    local function kind_of(status, problem)
      problem.cloudflare_error = true
      return api_error.kind(status, api_error.errors(problem), problem)
    end
    assert.equal("rate_limit", kind_of(403, { error_code = 1015 }))
    assert.equal("permission", kind_of(403, { error_code = 1020 }))
    assert.equal("permission", kind_of(503, { error_code = 1010 }))
    assert.equal("server", kind_of(530, { error_code = 1016 }))
    assert.equal("server", kind_of(200, { status = 502 }))
    assert.equal("api", kind_of(200, {}))
    assert.equal("invalid", kind_of(400, { error_code = 10000 }))
    assert.equal("invalid", api_error.kind(400, { { code = 1015 } }, { success = false }))
  end)

  it("leaves doubt after 408, 5xx and what is none of the API's, whatever the code", function()
    for _, code in ipairs({ false, 971, 7003, 10000 }) do
      local errors = { code and { code = code } or nil }
      for _, status in ipairs({ 101, 199, 302, 408, 500, 502, 504, 530, 600, 999 }) do
        assert.is_true(api_error.leaves_doubt(status, errors), status)
      end
      for _, status in ipairs({ 200, 400, 401, 403, 404, 409, 421, 422, 425, 429, 451, 499 }) do
        assert.is_false(api_error.leaves_doubt(status, errors), status)
      end
    end
    assert.is_true(api_error.leaves_doubt(200, { { code = 500 } }))
    assert.is_false(api_error.leaves_doubt(200, { { code = 404 } }))
  end)
end)
