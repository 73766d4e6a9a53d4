-- SPDX-License-Identifier: MIT
local api_error = require("rtk.errors.api_error")
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local fake_transport = require("spec.support.clients.fake_transport")
local rtk = require("rtk")

describe("rtk.errors.api_error", function()
  it("detects errors by success, else by the members that are present", function()
    for _, body in ipairs({
      { success = false, data = {} },
      { error = { message = "x" } },
      { error = "x" },
      { errors = { {} } },
      { errors = { title = { "is odd" } } },
      { cloudflare_error = true },
    }) do
      assert.is_true(api_error.is_error(body))
    end
    for _, body in ipairs({
      { success = true, error = {} },
      { data = {}, errors = { {} } },
      { result = {}, error = "x" },
      { errors = {} },
      {},
    }) do
      assert.is_false(api_error.is_error(body))
    end
  end)

  it("lists the errors of both envelopes", function()
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

  it("lists errors in other forms", function()
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

  it("tells responses of the API from those of a proxy or the edge", function()
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

  it("reads the wait from a problem detail", function()
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

  it("reads the envelope with a code in words, whatever its status", function()
    local body = core.decode(
      '{"success":false,"error":{"code":"UNAUTHENTICATED","message":"no token","retryable":false}}'
    )
    local errors = api_error.errors(body)
    assert.same({ { code = "UNAUTHENTICATED", message = "no token", retryable = false } }, errors)
    assert.is_true(api_error.is_error(body))
    assert.equal("authentication", api_error.kind(401, errors, body))
    assert.equal("authentication", api_error.kind(200, errors, body))
    assert.equal("invalid", api_error.kind(200, { { code = "INVALID_QUERY" } }))
    assert.equal("not_found", api_error.kind(200, { { code = "CONNECTION_NOT_FOUND" } }))
    assert.equal("server", api_error.kind(200, { { code = "INTERNAL_ERROR" } }))
    assert.equal("api", api_error.kind(200, { { code = "SOMETHING_ELSE" } }))
    assert.equal("conflict", api_error.kind(409, { { code = "BAD_REQUEST" } }))
    local client = clients.fake({ { status = 401, json = body } })
    local _, message, err = client.meetings:get("m1")
    assert.equal("UNAUTHENTICATED", err.code)
    assert.equal("authentication", err.kind)
    assert.truthy(message:find("no token", 1, true))
  end)

  it("tells the edge's codes from the gateway's", function()
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

  it("decides by the status, not the code, whether a request may have been executed", function()
    for _, code in ipairs({ false, 971, 7003, 10000 }) do
      local errors = { code and { code = code } or nil }
      for _, status in ipairs({ 101, 199, 302, 408, 500, 502, 504, 530, 600, 999 }) do
        assert.is_true(api_error.maybe_executed(status, errors), status)
      end
      for _, status in ipairs({ 200, 400, 401, 403, 404, 409, 421, 422, 425, 429, 451, 499 }) do
        assert.is_false(api_error.maybe_executed(status, errors), status)
      end
    end
    assert.is_true(api_error.maybe_executed(200, { { code = 500 } }))
    assert.is_false(api_error.maybe_executed(200, { { code = 404 } }))
  end)

  describe("hint", function()
    local function assert_says(words, err)
      assert.truthy(err.hint and err.hint:find(words, 1, true), tostring(err.hint))
      assert.truthy(err.message:find(err.hint, 1, true), err.message)
      assert.falsy(err.message:find("s3cret", 1, true), err.message)
    end

    it("depends on the gateway's code before the kind", function()
      for code, words in pairs({
        [6003] = "malformed",
        [6111] = "malformed",
        [9109] = "no access to this account",
        [10000] = "Realtime Admin",
        [7003] = "account_id",
        [7000] = "account_id",
      }) do
        local errors = { { message = "x" }, { code = tostring(code) } }
        local found = api_error.hint({ kind = "invalid", errors = errors }, "api")
        assert.truthy(found:find(words, 1, true), code)
      end
    end)

    it("names the permission for a 403 and the limiter for a 429", function()
      local client = clients.fake({ { status = 403, json = { success = false } } })
      assert_says("permission Realtime or Realtime Admin", select(3, client.meetings:create({})))
      client = clients.fake({ { status = 429 } })
      assert_says("option rate_limit", select(3, client.meetings:create({})))
    end)

    it("mentions basic credentials when the client has no token", function()
      local legacy = { basic = { organization_id = "org", api_key = "s3cret-key" } }
      for status, words in pairs({ [401] = "basic.api_key is mistyped", [403] = false }) do
        local transport = fake_transport.new({ { status = status } })
        legacy.transport = transport
        local _, message, err = rtk.new(legacy).meetings:get("m1")
        if words then assert_says(words, err) end
        assert.falsy(message:find("api_token", 1, true), message)
      end
      legacy.transport = fake_transport.new({ { status = 401, text = "<title>Log in</title>" } })
      local _, message = rtk.new(legacy).meetings:get("m1")
      assert.equal("Log in (HTTP 401, GET /meetings/m1)", message)
    end)

    it("is absent when the API's message is enough", function()
      for _, err in ipairs({
        { kind = "not_found", operation = "GET /meetings/{meeting_id}", errors = {} },
        { kind = "conflict", operation = "POST /meetings", errors = {} },
        { kind = "server", errors = { {} } },
      }) do
        assert.is_nil(api_error.hint(err, "api"))
      end
    end)

    it("blames the token only when the API does", function()
      local page = "<title>Blocked</title>"
      local challenge = { ["cf-mitigated"] = "challenge" }
      for _, case in ipairs({
        { "the API itself did not answer", status = 403, text = page },
        { "the API itself did not answer", status = 403, text = "error code: 1010" },
        {
          "the API itself did not answer",
          status = 403,
          json = { title = "x", error_code = 1020 },
        },
        { "challenges programs", status = 403, text = page, headers = challenge },
        { "challenges programs", status = 503, headers = challenge },
        { false, status = 403 },
        { false, status = 403, json = { message = "Forbidden" } },
        { false, status = 401, text = page },
        { false, status = 409, json = { title = "x", error_code = 1001 } },
        { false, status = 400, json = { title = "x", error_code = 10000 } },
      }) do
        local client = clients.fake({ case }, { max_retries = 0 })
        local _, message, err = client.presets:create({})
        if case[1] then assert_says(case[1], err) end
        assert.equal(case[1] ~= false, err.hint ~= nil, message)
        assert.falsy(message:find("api_token", 1, true), message)
      end
    end)

    it("explains a rejected token without showing it", function()
      local api = emulator.new({ api_token = "s3cret-right", account_id = "acc" })
      local client = api:client({ api_token = "s3cret-wrong" })
      assert_says("mistyped, revoked or expired", select(3, client.meetings:list()))
      client = api:client({ account_id = "0f" })
      assert_says("no access to this account", select(3, client.meetings:list()))
      api:fault({ kind = "status", status = 400, envelope = "gateway", code = 6003 })
      assert_says("malformed", select(3, client.meetings:list()))
    end)

    it("names the call that changes an object that already exists", function()
      local client = emulator.new({}):client({})
      local existing = client.presets:get(client.presets:list()[1].id)
      local body = {
        name = existing.name,
        config = existing.config,
        permissions = existing.permissions,
        ui = existing.ui,
      }
      assert_says("a preset of this name exists", select(3, client.presets:create(body)))
      local webhook =
        { name = "a", url = "https://example.com/hook", events = { "meeting.started" } }
      assert(client.webhooks:create(webhook))
      assert_says("a webhook with this URL exists", select(3, client.webhooks:create(webhook)))
    end)
  end)
end)
