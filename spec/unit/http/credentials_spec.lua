-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local confidential = require("spec.support.asserts.confidential")
local credentials = require("rtk.http.credentials")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("rtk.http.credentials", function()
  local ok = { json = { success = true, data = { id = "m1", title = "T" } } }
  local lost = { kind = "connection", message = "lost", sent = true }
  local busy = { status = 503 }
  local refused = { status = 401, json = { errors = { { code = 10000, message = "no" } } } }

  -- The tokens of all requests, in order.
  local function tokens(transport)
    local found = {}
    for index, request in ipairs(transport.requests) do
      found[index] = table.concat(request.headers, "\n"):match("Authorization: Bearer ([!-~]+)")
    end
    return found
  end

  describe("a function as api_token", function()
    local function counting()
      local count = 0
      return function()
        count = count + 1
        return "token-" .. count
      end
    end

    it("is asked before each attempt, and not by rtk.new", function()
      local client, transport = clients.fake({ busy, busy, ok }, { api_token = counting() })
      assert(client.meetings:get("m1"))
      assert(client.meetings:get("m1"))
      assert.same({ "token-1", "token-2", "token-3", "token-4" }, tokens(transport))
    end)

    it("fails the call with kind authentication when it gives no token", function()
      local cause = { "raised-secret" }
      local function raise()
        error(cause)
      end
      local function returning(...)
        local values = { ... }
        return function()
          return values[1], values[2]
        end
      end
      for words, f in pairs({
        ["returned no token: the vault  is down (GET"] = returning(nil, "the vault\n is down"),
        ["raised an error: see err.cause (GET /meetings/m1)"] = raise,
        ["did not return a token: api_token must be a string, got nothing"] = returning(),
        ["did not return a token: api_token must be a string, got a table"] = returning(cause),
        ['leave out "Bearer "'] = returning("Bearer raised-secret"),
        ["must not contain spaces"] = returning("raised-secret\r\nX: y"),
      }) do
        local client, transport = clients.fake({ ok }, { api_token = f })
        local value, message, err = client.meetings:get("m1")
        assert.is_nil(value)
        assert.matches("^the function api_token ", message)
        assert.truthy(message:find(words, 1, true), message)
        assert.falsy(message:find("secret", 1, true), message)
        assert.equal("authentication", err.kind)
        assert.equal(0, err.attempts)
        assert.is_false(err.maybe_executed)
        assert.equal(0, #transport.requests)
        assert.equal(f == raise and cause or nil, err.cause)
      end
    end)

    it("leaves a call that an earlier attempt may have executed in doubt", function()
      local is_first = true
      local client = clients.fake({ lost, ok }, {
        api_token = function()
          if not is_first then return nil, "sealed" end
          is_first = false
          return "token-1"
        end,
      })
      local _, message, err = client.meetings:update("m1", { title = "x" })
      assert.equal("authentication", err.kind)
      assert.is_true(err.maybe_executed)
      assert.matches("returned no token: sealed.*before that: lost", message)
    end)

    it("gives the rate limiter its request back when there is no token", function()
      local observed = {}
      local client = clients.fake({ ok }, {
        api_token = function() end,
        rate_limit = {
          admit = function()
            return 0
          end,
          observe = function(_, reply)
            table.insert(observed, reply.sent)
          end,
        },
      })
      assert.is_nil((client.meetings:get("m1")))
      assert.same({ false }, observed)
    end)

    it("is checked by rtk.new as far as that can be", function()
      for _, value in ipairs({ 5, true, {} }) do
        local message = clients.misuse_of(rtk.new, { api_token = value, account_id = "a" })
        assert.matches("api_token must be a string, got a %a+$", message)
      end
    end)
  end)

  describe("client:set_token", function()
    it("changes the token of pages, objects, iterators in progress and other apps", function()
      local api = emulator.new({ api_token = "token-old" })
      api:seed({ meetings = 7 })
      local client = api:client({ runtime = clients.emulated_runtime(api), max_retries = 0 })
      local app = client:app(api.app_id)
      local page = assert(client.meetings:list({ per_page = 2 }))
      local meeting, next_meeting = page[1], client.meetings:each({ per_page = 2 })
      next_meeting()
      api.options.api_token = "token-new"
      assert.equal("authentication", select(3, meeting:reload()).kind)
      client:set_token("token-new")
      assert(meeting:reload())
      assert(page:next())
      assert(app.meetings:get(meeting.id))
      local count = 1
      for _ in next_meeting do
        count = count + 1
      end
      assert.equal(7, count)
    end)

    it("changes the token of retries, reconcile, state checks and hints", function()
      local client, transport
      local function rotate(answer)
        return function()
          client:set_token("token-" .. #transport.requests + 1)
          return answer
        end
      end
      local over = { status = 400, json = { error = { code = 400, message = "not in progress" } } }
      local recording = { json = { success = true, data = { id = "r1", status = "UPLOADED" } } }
      client, transport = clients.fake({ rotate(lost), rotate(over), rotate(recording) })
      assert(client.recordings:stop("r1"))
      assert.same({ "test-token", "token-2", "token-3" }, tokens(transport))

      client, transport = clients.fake({ rotate(lost), rotate(ok), ok })
      assert(client.meetings:create({}, {
        reconcile = function(api)
          return not api.meetings:get("m1")
        end,
      }))
      assert.same({ "test-token", "token-2", "token-3" }, tokens(transport))

      local no_preset = { status = 404, json = { error = { message = "No preset found" } } }
      client, transport =
        clients.fake({ rotate(no_preset), { json = { success = true, data = {} } } })
      client.meetings:add_participant("m1", { preset_name = "x" })
      assert.same({ "test-token", "token-2" }, tokens(transport))
    end)

    it("replaces a function, and can be a function", function()
      local client, transport = clients.fake({ ok }, {
        api_token = function()
          return "token-1"
        end,
      })
      client.meetings:get("m1")
      client:set_token("token-2")
      client.meetings:get("m1")
      client:set_token(function()
        return "token-3"
      end)
      client.meetings:get("m1")
      assert.same({ "token-1", "token-2", "token-3" }, tokens(transport))
    end)

    it("refuses what cannot be sent, and keeps the token that it has", function()
      local client, transport = clients.fake({ ok })
      for _, token in ipairs({ "", "Bearer s3cret", "s3 cret", 5 }) do
        local message = clients.misuse_of(function()
          client:set_token(token)
        end)
        assert.matches("credentials_spec.lua:%d+: api_token must ", message)
        assert.falsy(message:find("s3", 1, true), message)
      end
      assert.matches("with a colon", clients.misuse_of(client.set_token, "token-2"))
      client.meetings:get("m1")
      assert.same({ "test-token" }, tokens(transport))
      local basic = rtk.new({ basic = { "org", "key" }, transport = transport })
      assert.matches("basic credentials", clients.misuse_of(basic.set_token, basic, "token-2"))
    end)

    it("leaves no secret where a client is printed", function()
      local client = emulator.new({}):client({ api_token = "token-old-secret" })
      client.meetings:list()
      client:set_token("token-new-secret")
      client.meetings:list()
      assert.falsy(confidential.dump(client):find("token-", 1, true))
    end)
  end)

  it("removes new and old credentials from messages, events among them", function()
    local seen = {}
    local said = "bad: first-token, first-token-2, third-token"
    local echo = { status = 400, json = { error = { message = said } } }
    local client = clients.fake({ ok, ok, echo }, {
      api_token = "first-token",
      on_event = function(event)
        seen[#seen + 1] = event.message
      end,
    })
    client.meetings:get("m1")
    client:set_token("first-token-2")
    client.meetings:get("m1")
    client:set_token("third-token")
    local _, message = client.meetings:get("m1")
    assert.matches("^bad: %[redacted%], %[redacted%], %[redacted%] %(", message)
    assert.falsy(table.concat(seen):find("-token", 1, true))
  end)

  it("remembers a bounded number of credentials", function()
    local identity = credentials.new({ api_token = "token-000" })
    for index = 1, 100 do
      identity.set_token(("token-%03d"):format(index))
    end
    assert.equal("[redacted]", identity.redact("token-100"))
    assert.equal("[redacted]", identity.redact("token-090"))
    assert.equal("token-000", identity.redact("token-000"))
  end)

  it("sends and removes the credentials of the older API", function()
    local basic = { organization_id = "org", api_key = "key-secret" }
    local identity = credentials.new({ basic = basic })
    assert.equal("Basic b3JnOmtleS1zZWNyZXQ=", identity.header())
    assert.equal("[redacted] [redacted]", identity.redact("key-secret b3JnOmtleS1zZWNyZXQ="))
  end)

  it("says that a client's fields cannot be assigned, and what to do", function()
    local client, transport = clients.fake({ refused })
    for name, words in pairs({
      api_token = "client:set_token(token) changes it",
      app_id = "client:app(app_id) is a client for another app",
      timeout = "it is an option of rtk.new",
      mine = "a client takes no fields of yours",
    }) do
      local message = clients.misuse_of(function()
        client[name] = "some-secret"
      end)
      assert.matches("credentials_spec.lua:%d+: client." .. name .. " cannot be assigned", message)
      assert.truthy(message:find(words, 1, true), message)
      assert.falsy(message:find("secret", 1, true))
    end
    client.meetings:get("m1")
    assert.same({ "test-token" }, tokens(transport))
  end)

  it("makes the Authorization header of the older API", function()
    local basic = { organization_id = "org", api_key = "key" }
    assert.equal("Basic b3JnOmtleQ==", credentials.basic_header(basic))
  end)

  it("says what cannot be a token, and never shows it", function()
    assert.is_nil(credentials.token_defect("abc_-123"))
    for _, value in ipairs({ 5, {}, "", "Bearer s3cret", "s3 cret", "s3cret\n", "s3crét" }) do
      local defect = credentials.token_defect(value)
      assert.matches("^api_token must ", defect)
      assert.falsy(defect:find("s3", 1, true), defect)
    end
  end)
end)
