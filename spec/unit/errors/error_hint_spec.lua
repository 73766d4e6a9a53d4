-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local error_hint = require("rtk.errors.error_hint")
local fake_transport = require("spec.support.clients.fake_transport")
local rtk = require("rtk")

describe("rtk.errors.error_hint", function()
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
      local found = error_hint.find({ kind = "invalid", errors = errors }, "api")
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
      assert.is_nil(error_hint.find(err, "api"))
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
    local webhook = { name = "a", url = "https://example.com/hook", events = { "meeting.started" } }
    assert(client.webhooks:create(webhook))
    assert_says("a webhook with this URL exists", select(3, client.webhooks:create(webhook)))
  end)
end)
