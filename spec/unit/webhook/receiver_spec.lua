-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local rtk = require("rtk")

local private_key = assert(core.new_private_key(2048))
local PEM = private_key:private_pem()
local PINNED = private_key:public_pem()
local BODY = '{"event":"meeting.started","meeting":{"id":"m1","sessionId":"s1"}}'

local function sign(body, options)
  return rtk.webhook.sign(body or BODY, PEM, options)
end

local function new(options)
  local all = { public_keys = PINNED }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return rtk.webhook.receiver(all)
end

-- A copy of headers with some replaced; false removes one.
local function with(headers, changes)
  local copy = {}
  for name, value in pairs(headers) do
    copy[name] = value
  end
  for name, value in pairs(changes) do
    copy[name] = value or nil
  end
  return copy
end

describe("a receiver verifies", function()
  local receiver

  before_each(function()
    receiver = new()
  end)

  local function refusal(body, headers)
    local event, message, err = receiver:verify(body, headers)
    assert.is_nil(event)
    assert.equal(message, err.message)
    return err.kind, err.http_status, message
  end

  it("what the service signed, and says what came with it", function()
    local event = assert(receiver:verify(BODY, sign(BODY, { uuid = "u1", webhook_id = "w1" })))
    assert.equal("meeting.started", event.event)
    assert.equal("m1", event:meeting_id())
    local delivery = event.delivery
    assert.same({ "u1", "w1" }, { delivery.id, delivery.webhook_id })
    assert.equal(core.sha256(BODY), delivery.digest)
    assert.is_true(math.abs(os.time() - delivery.received_at) < 60)
    assert.is_nil(delivery.signature)
  end)

  it("headers under all the names that programs have them", function()
    local headers = sign()
    local upper, cgi, lists = {}, {}, {}
    for name, value in pairs(headers) do
      upper[name:upper()] = value
      cgi["HTTP_" .. name:upper():gsub("-", "_")] = value
      lists[name] = { value }
    end
    local object = {
      get = function(_, name)
        return headers[name]
      end,
    }
    for _, form in ipairs({ upper, cgi, lists, object }) do
      assert(receiver:verify(BODY, form))
    end
  end)

  it("no other body, and no signature of another key", function()
    local kind, status, message = refusal(BODY .. " ", sign())
    assert.same({ "signature", 401 }, { kind, status })
    assert.truthy(message:find("bytes as they came", 1, true), message)
    local other = core.new_private_key(2048):private_pem()
    assert.equal("signature", (refusal(BODY, rtk.webhook.sign(BODY, other))))
    for _, text in ipairs({ "x", "AAAA", ("A"):rep(344), sign()["rtk-signature"]:sub(2) }) do
      kind, status = refusal(BODY, with(sign(), { ["rtk-signature"] = text }))
      assert.same({ "signature", 401 }, { kind, status })
    end
  end)

  it("no delivery without its three headers, once each", function()
    for _, name in ipairs({ "rtk-signature", "rtk-uuid", "rtk-webhook-id" }) do
      for _, value in ipairs({ false, "", "a b", "a\nb", ("a"):rep(5000), { "a", "b" }, 5 }) do
        local kind, status, message = refusal(BODY, with(sign(), { [name] = value }))
        assert.same({ "header", 400 }, { kind, status }, name)
        assert.truthy(message:find(name, 1, true), message)
      end
    end
  end)

  it("JSON only, of a bounded length", function()
    for _, content_type in ipairs({ "text/plain", "application/x-www-form-urlencoded", "json" }) do
      local kind, status = refusal(BODY, with(sign(), { ["content-type"] = content_type }))
      assert.same({ "header", 415 }, { kind, status })
    end
    for _, content_type in ipairs({
      false,
      "application/json",
      "Application/JSON ; charset=utf-8",
      "application/cloudevents+json",
    }) do
      assert(receiver:verify(BODY, with(sign(), { ["content-type"] = content_type })))
    end
    local long = '{"event":"' .. ("x"):rep(262144) .. '"}'
    local kind, status = refusal(long, sign(long))
    assert.same({ "malformed", 413 }, { kind, status })
    receiver = new({ max_body = 300000 })
    assert(receiver:verify(long, sign(long)))
    for _, body in ipairs({ "", "[]", "{}", '{"event":5}', "nonsense", '{"event":"x"' }) do
      kind, status = refusal(body, sign(body))
      assert.same({ "malformed", 400 }, { kind, status }, body)
    end
  end)

  it("only what is its own, where it is told what that is", function()
    receiver = new({ webhook_ids = { "w1", "w2" } })
    assert(receiver:verify(BODY, sign(BODY, { webhook_id = "w2" })))
    local kind, status = refusal(BODY, sign(BODY, { webhook_id = "w3" }))
    assert.same({ "header", 403 }, { kind, status })
  end)

  it("with one of several pinned keys, also with literal line breaks", function()
    local other = core.new_private_key(2048):public_pem()
    receiver = new({ public_keys = { other, (PINNED:gsub("\n", "\\n")) } })
    assert(receiver:verify(BODY, sign()))
  end)

  it("bytes: a table raises at the caller's line", function()
    for _, body in ipairs({ {}, 5, false }) do
      local message = clients.misuse_of(function()
        receiver:verify(body, sign())
      end)
      assert.truthy(message:find("receiver_spec", 1, true), message)
    end
    local message = clients.misuse_of(function()
      receiver:verify({}, sign())
    end)
    assert.truthy(message:find("pass the bytes of the body, not the table", 1, true), message)
    assert.truthy(clients
      .misuse_of(function()
        receiver:verify(BODY, nil)
      end)
      :find("headers must be a table", 1, true))
  end)
end)

describe("a receiver handles", function()
  local receiver, order

  before_each(function()
    receiver, order = new(), {}
  end)

  local function note(name)
    return function()
      order[#order + 1] = name
    end
  end

  it("an event with its handlers in order, and those for all", function()
    receiver:on("*", note("all")):on("meeting.started", note("first"))
    receiver:on("meeting.ended", note("other")):on("meeting.started", note("second"))
    assert.same({ 200, "ok" }, { receiver:handle(BODY, sign()) })
    assert.same({ "all", "first", "second" }, order)
  end)

  it("events that nobody knows yet, or wants", function()
    local body = '{"event":"meeting.recolored"}'
    assert.equal(200, (receiver:handle(body, sign(body))))
    receiver:on("*", note("all"))
    assert.equal(200, (receiver:handle(body, sign(body))))
    assert.same({ "all" }, order)
  end)

  it("a delivery once, however often it comes", function()
    receiver:on("*", note("ran"))
    local headers = sign()
    for _ = 1, 5 do
      assert.equal(200, (receiver:handle(BODY, headers)))
    end
    assert.same({ "ran" }, order)
    assert.equal(200, (receiver:handle(BODY, sign())))
    assert.equal(2, #order)
  end)

  it("a delivery again whose handler raised, and keeps the error", function()
    local errors, fails = {}, true
    receiver = new({
      on_error = function(err, event)
        errors[#errors + 1] = { err, event }
      end,
    })
    receiver:on("meeting.started", function()
      if fails then error({ "my own" }) end
      order[#order + 1] = "ran"
    end)
    local headers = sign()
    local status, text, err = receiver:handle(BODY, headers)
    assert.same({ 500, "a handler failed" }, { status, text })
    assert.same({ "handler", { "my own" } }, { err.kind, err.cause })
    assert.same(err, errors[1][1])
    assert.equal("meeting.started", errors[1][2].event)
    fails = false
    assert.equal(200, (receiver:handle(BODY, headers)))
    assert.same({ "ran" }, order)
  end)

  it("a delivery again whose handler raised, where on_error raises, too", function()
    local fails = true
    receiver = new({
      on_error = function()
        error("on_error")
      end,
    })
    receiver:on("meeting.started", function()
      if fails then error("handler") end
      order[#order + 1] = "ran"
    end)
    local headers = sign()
    local ok, message = pcall(receiver.handle, receiver, BODY, headers)
    assert.is_false(ok)
    assert.matches("on_error$", message)
    fails = false
    assert.equal(200, (receiver:handle(BODY, headers)))
    assert.same({ "ran" }, order)
  end)

  it("a delivery again whose handler raised what cannot be shown", function()
    local raised = setmetatable({}, {
      __tostring = function()
        error("not even that")
      end,
    })
    receiver:on("meeting.started", function()
      if raised then error(raised) end
      order[#order + 1] = "ran"
    end)
    local headers = sign()
    local status, _, err = receiver:handle(BODY, headers)
    assert.same({ 500, true }, { status, rawequal(raised, err.cause) })
    assert.matches("cannot be shown$", err.message)
    raised = nil
    assert.equal(200, (receiver:handle(BODY, headers)))
    assert.same({ "ran" }, order)
  end)

  it("a delivery whose claim the store took at a second attempt, after a lost answer", function()
    local seen = rtk.webhook.seen.memory()
    local store = seen.store
    seen.store = setmetatable({
      add = function(_, ...)
        store:add(...)
        return store:add(...)
      end,
    }, { __index = store })
    receiver = new({ seen = seen })
    receiver:on("*", note("ran"))
    local headers = sign()
    for _ = 1, 2 do
      assert.equal(200, (receiver:handle(BODY, headers)))
    end
    assert.same({ "ran" }, order)
  end)

  it("no second body under an id that was used", function()
    receiver:on("*", note("ran"))
    assert.equal(200, (receiver:handle(BODY, sign(BODY, { uuid = "u" }))))
    local other = '{"event":"meeting.ended"}'
    local status, _, err = receiver:handle(other, sign(other, { uuid = "u" }))
    assert.same({ 409, "replay" }, { status, err.kind })
    assert.same({ "ran" }, order)
  end)

  it("the same body of a webhook once, if it goes by content", function()
    receiver = new({ by = "content" })
    receiver:on("*", note("ran"))
    for _, webhook_id in ipairs({ "w1", "w1", "w2" }) do
      assert.equal(200, (receiver:handle(BODY, sign(BODY, { webhook_id = webhook_id }))))
    end
    assert.equal(2, #order)
  end)

  it("a delivery that is being handled not at the same time", function()
    local headers, statuses = sign(), {}
    receiver:on("*", function()
      order[#order + 1] = "ran"
      rtk.sleep(0.02)
    end)
    local function deliver()
      local status = receiver:handle(BODY, headers)
      statuses[#statuses + 1] = status
    end
    rtk.gather({ deliver, deliver, deliver })
    table.sort(statuses)
    assert.same({ 200, 503, 503 }, statuses)
    assert.same({ "ran" }, order)
    assert.equal(200, (receiver:handle(BODY, headers)))
    assert.same({ "ran" }, order)
  end)

  it("nothing when its memory fails, and says so to the program only", function()
    local seen = {
      claim = function()
        return nil, "secret database is down"
      end,
      settle = function() end,
    }
    receiver = new({ seen = seen })
    receiver:on("*", note("ran"))
    local status, text, err = receiver:handle(BODY, sign())
    assert.same({ 503, "seen" }, { status, err.kind })
    assert.falsy(text:find("secret", 1, true))
    assert.truthy(err.message:find("secret database is down", 1, true))
    assert.same({}, order)
  end)

  it("with a memory of the user's own", function()
    local calls = {}
    local seen = {
      claim = function(_, key, digest)
        calls[#calls + 1] = { "claim", key, digest }
        return "new", nil, "mine"
      end,
      settle = function(_, key, digest, succeeded, claim)
        calls[#calls + 1] = { "settle", key, digest, succeeded, claim }
      end,
    }
    receiver = new({ seen = seen })
    assert.equal(200, (receiver:handle(BODY, sign())))
    local key, digest = calls[1][2], core.sha256(BODY)
    assert.same({ { "claim", key, digest }, { "settle", key, digest, true, "mine" } }, calls)
  end)

  it("a delivery whose handlers took too long, and notes that it may come again", function()
    receiver = new({ seen = rtk.webhook.seen.memory({ claim_ttl = 0.01 }) })
    receiver:on("*", function()
      core.sleep(0.03)
    end)
    local status, _, err = receiver:handle(BODY, sign())
    assert.same({ 200, "seen" }, { status, err.kind })
    assert.truthy(err.message:find("claim_ttl", 1, true), err.message)
  end)
end)

describe("a receiver is made", function()
  it("with options that make sense, else it raises at the caller's line", function()
    for text, options in pairs({
      ["unknown option webhook_id"] = { webhook_id = "w" },
      ["public_keys must have at least one key"] = { public_keys = {} },
      ["public_keys: "] = { public_keys = "nonsense" },
      ["public_keys[2] must be a string"] = { public_keys = { PINNED, 5 } },
      ["key_url must use https"] = { key_url = "http://example.com/key" },
      ["key_url must start with https://"] = { key_url = "example.com/key" },
      ["webhook_ids must name at least one"] = { webhook_ids = {} },
      ['by must be "uuid" or "content"'] = { by = "id" },
      ["seen must have a function claim"] = { seen = {} },
      ["max_body must be a whole number"] = { max_body = 0 },
    }) do
      local message = clients.misuse_of(rtk.webhook.receiver, options)
      assert.truthy(message:find(text, 1, true), message)
    end
    assert.truthy(
      clients.misuse_of(rtk.webhook.seen.shared_dict, { name = "x" }):find("in nginx only", 1, true)
    )
    assert.truthy(clients
      .misuse_of(function()
        return rtk.webhook.reciever
      end)
      :find('"receiver"', 1, true))
  end)

  it("with handlers for events whose names are spelt right", function()
    local receiver = new()
    local message = clients.misuse_of(function()
      receiver:on("recording.statusUpdated", print)
    end)
    assert.truthy(message:find('did you mean "recording.statusUpdate"', 1, true), message)
    receiver:on("breakout.created", function() end)
  end)

  it("to serve in nginx only", function()
    local receiver = new()
    assert.truthy(clients
      .misuse_of(function()
        receiver:serve()
      end)
      :find("nginx", 1, true))
  end)
end)
