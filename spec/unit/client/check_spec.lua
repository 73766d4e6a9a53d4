-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local rtk = require("rtk")

describe("client:check", function()
  local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

  -- What check says of an emulator's client, and how many requests it took.
  local function check(options, overrides)
    local api = emulator.new(options)
    local ok, message, err = api:client(overrides):check()
    assert.is_true(#api:journal() <= 3, #api:journal() .. " requests")
    return ok, message, err, #api:journal()
  end

  local function assert_wrong(reason, words, options, overrides)
    local ok, message, err = check(options, overrides)
    assert.is_nil(ok)
    assert.equal(reason, err.reason, message)
    assert.equal(message, err.message)
    assert.truthy(message:find(words, 1, true), message)
  end

  it("says yes after one request, for tokens of users and of accounts", function()
    for _, owner in ipairs({ "user", "account" }) do
      local ok, message, err, count = check({ api_token = "good-token", token_owner = owner })
      assert.is_true(ok, message)
      assert.is_nil(err)
      assert.equal(1, count)
    end
    assert.is_true((check({}, { app_id = false })))
  end)

  it("names a wrong token", function()
    for _, owner in ipairs({ "user", "account" }) do
      local strict = { api_token = "good-token", account_id = "acc", token_owner = owner }
      assert_wrong("token", "refused", strict, { api_token = "bad-token-1" })
      assert_wrong("token", "refused", strict, { api_token = "bad-token-1", app_id = false })
    end
  end)

  it("names a wrong account", function()
    local strict = { api_token = "good-token", account_id = "acc" }
    for _, app_id in ipairs({ UNKNOWN, false }) do
      local other = { account_id = "other", app_id = app_id }
      assert_wrong("account", "valid, but has no access to the account", strict, other)
    end
  end)

  it("names a wrong app", function()
    local words = "the account has no such app (app_id and account_id from the options of rtk.new)"
    assert_wrong("app", words, { api_token = "good-token" }, { app_id = UNKNOWN })
    assert_wrong("app", "no such app", {}, { app_id = "not-a-uuid" })
  end)

  it("does not contradict itself with the hint of the refused request", function()
    local api = emulator.new({ api_token = "good-token", account_id = "acc" })
    local client = api:client({ account_id = "other" })
    local _, message, err = client:check()
    assert.is_nil(err.hint)
    assert.falsy(message:find("mistyped", 1, true), message)
    assert.matches(
      "^the api_token is valid, but has no access to the account %(account_id and api_token from"
        .. " the options of rtk.new%): Unauthorized [^;]*$",
      message
    )
    assert.matches("mistyped", select(3, client.meetings:list()).hint)
  end)

  it("says where the wrong setting came from", function()
    local api = emulator.new({})
    local _, message = api:client():app(UNKNOWN):check()
    assert.truthy(message:find("app_id from client:app", 1, true), message)
    local client = api:client({ api_token = "t" })
    client:set_token("token-2")
    api.options.api_token = "good-token"
    _, message = client:check()
    assert.truthy(message:find("api_token from client:set_token", 1, true), message)
    assert.falsy(message:find("token-2", 1, true))
  end)

  local function envelope(status, code, message)
    local errors = { { code = code, message = message or "no" } }
    return { status = status, json = { success = false, errors = errors } }
  end
  local refused = envelope(403, 10000)
  local unverified = envelope(401, 1000, "Invalid API Token")

  local function verified(status)
    return { json = { success = true, result = { id = "t", status = status } } }
  end

  -- What check says after these answers, and the paths that it asked.
  local function scripted(answers, options)
    local client, transport = clients.fake(answers, options)
    local ok, message, err = client:check()
    local paths = {}
    for index, request in ipairs(transport.requests) do
      paths[index] = request.url:match("client/v4(/[^?]*)")
    end
    assert.equal(#answers, #paths)
    return err and err.reason or ok, message, paths
  end

  it("knows disabled and expired tokens, and those without the permission", function()
    assert.same({ "token", "the api_token is expired" }, {
      scripted({ refused, verified("expired") }),
      select(2, scripted({ refused, verified("expired") })):match("^[%w_ ]+%w"),
    })
    local reason, message, paths = scripted({ refused, unverified, verified("active") })
    assert.equal("token", reason)
    assert.matches("^the api_token is the account's and valid, but has no permission", message)
    assert.same({
      "/accounts/acc/realtime/kit/app/meetings",
      "/user/tokens/verify",
      "/accounts/acc/tokens/verify",
    }, paths)
    local forbidden = { status = 403, json = { success = false } }
    reason, message = scripted({ forbidden, verified("active") })
    assert.equal("token", reason)
    assert.matches("has no permission for RealtimeKit", message)
    assert.equal("token", (scripted({ envelope(400, 6003) })))
    assert.equal("account", (scripted({ refused, unverified, envelope(404, 7003) })))
  end)

  it("cannot tell after trouble of servers and networks, at any of its requests", function()
    for _, trouble in ipairs({
      { status = 500 },
      { status = 503, json = { success = false, errors = { { code = 10000 } } } },
      { status = 429 },
      { status = 403, text = "<title>Blocked</title>" },
      { status = 200, text = "{" },
      { kind = "timeout", message = "no answer", sent = true },
      { kind = "connection", message = "refused", sent = false },
    }) do
      for _, answers in ipairs({
        { trouble },
        { refused, trouble },
        { refused, unverified, trouble },
        { { status = 404, json = { success = false, error = { code = 404 } } }, trouble },
      }) do
        local reason, message = scripted(answers)
        assert.equal("unknown", reason, message)
        assert.matches("^cannot tell whether token, account and app are right", message)
      end
    end
  end)

  it("reads the account's apps after a 404, and then the token", function()
    local absent = envelope(404, 7003, "Could not route")
    local apps = { json = { success = true, data = { { id = "a1" } } } }
    assert.equal("app", (scripted({ absent, apps })))
    assert.equal("account", (scripted({ absent, absent })))
    assert.equal("account", (scripted({ absent, refused, verified("active") })))
    assert.equal("token", (scripted({ absent, refused, unverified })))
    assert.equal("account", (scripted({ absent }, { app_id = false })))
  end)

  it("checks the credentials of the older API", function()
    local transport = require("spec.support.clients.fake_transport").new({
      { status = 401, json = { message = "Unauthorized" } },
    })
    local client = rtk.new({ basic = { "org", "s3cret-key" }, transport = transport })
    local _, message, err = client:check()
    assert.equal("token", err.reason)
    assert.matches("^the basic credentials are refused", message)
    assert.is_true((clients.fake({ { json = { success = true, data = {} } } }):check()))
  end)

  it("takes the options of a call, without ids", function()
    local client, transport = clients.fake({ { json = { success = true, data = {} } } })
    assert(client:check({ timeout = 3, headers = { ["X-A"] = "b" } }))
    assert.equal(3, transport:last().timeout)
    local message = clients.misuse_of(function()
      client:check({ app_id = "a" })
    end)
    assert.matches("check_spec.lua:%d+: check takes no account_id and app_id", message)
  end)

  it("is served over HTTP", function()
    local server =
      emulator_server.start({ port = 0, api_token = "good-token", token_owner = "account" })
    finally(function()
      server:stop()
    end)
    local function client(token)
      return rtk.new({
        base_url = server.url,
        api_token = token,
        account_id = "acc",
        app_id = UNKNOWN,
      })
    end
    assert.equal("app", select(3, client("good-token"):check()).reason)
    assert.equal("token", select(3, client("bad-token"):check()).reason)
    local reply = assert(client("good-token"):request({ path = "/accounts/acc/tokens/verify" }))
    assert.equal("active", reply.result.status)
    assert.same({}, reply.errors)
  end)
end)
