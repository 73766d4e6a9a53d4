-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local cjson = require("cjson").new()
local events = require("rtk.emulator.webhooks.events")
local signature = require("spec.support.asserts.webhook_signature")

describe("the emulator's log of deliveries", function()
  local api, emulator, webhook

  before_each(function()
    api = calls.new()
    emulator = api.emulator
    local function create(url)
      local body = { name = "n", url = url, events = { "meeting.started", "meeting.ended" } }
      return api:data("POST", "/webhooks", body)
    end
    webhook = create("http://hooks/1")
    create("http://hooks/2")
    local _, app = emulator.store:find_app(emulator.app_id)
    events.publish(emulator, app, { event = "meeting.started" })
    events.publish(emulator, app, { event = "meeting.ended" })
  end)

  it("shows what waits to be sent when nothing sends, signed", function()
    local list = emulator:deliveries()
    assert.equal(4, #list)
    local first = list[1]
    local shown = first.headers["rtk-signature"]
    assert.is_true(signature.is_good(emulator:public_key(), first.body, shown))
    assert.same({
      id = first.id,
      app_id = emulator.app_id,
      webhook_id = webhook.id,
      event = "meeting.started",
      state = "pending",
      url = "http://hooks/1",
      headers = {
        ["content-type"] = "application/json",
        ["rtk-signature"] = shown,
        ["rtk-uuid"] = first.id,
        ["rtk-webhook-id"] = webhook.id,
      },
      body = '{"event":"meeting.started"}',
      attempts = {},
    }, first)
    emulator:advance(100000)
    assert.same(list, emulator:deliveries())
  end)

  it("signs what waits anew when the key changes", function()
    local key = emulator:rotate_key()
    local first = emulator:deliveries()[1]
    assert.is_true(signature.is_good(key, first.body, first.headers["rtk-signature"]))
  end)

  it("is filtered by webhook, event and app", function()
    local function count(filter)
      return #emulator:deliveries(filter)
    end
    assert.equal(2, count({ webhook_id = webhook.id }))
    assert.equal(2, count({ event = "meeting.ended" }))
    assert.equal(1, count({ event = "meeting.ended", webhook_id = webhook.id }))
    assert.equal(4, count({ app_id = emulator.app_id }))
    assert.equal(0, count({ app_id = "other" }))
  end)

  it("is filtered likewise over HTTP", function()
    local function ask(method, query, body)
      local response = emulator:handle({
        method = method,
        path = "/_emulator/deliveries",
        query = query,
        body = body,
        headers = {},
      })
      return response.status, cjson.decode(response.body)
    end
    local all = #emulator:deliveries()
    for _, filter in ipairs({ "event=meeting.started", "app_id=" .. emulator.app_id }) do
      local name, value = filter:match("^(.-)=(.*)$")
      local expected = #emulator:deliveries({ [name] = value })
      local _, listed = ask("GET", filter)
      assert.equal(expected, #listed.data)
      _, listed = ask("POST", nil, cjson.encode({ [name] = value }))
      assert.equal(expected, #listed.data)
    end
    local _, listed = ask("GET", "event=nothing")
    assert.same({ 0, true }, { #listed.data, all > 0 })
    local status, refusal = ask("GET", "evnt=x")
    assert.equal(400, status)
    local message = 'deliveries knows no member "evnt"; did you mean "event"?'
    assert.equal(message, refusal.error.message)
  end)

  it("raises for a filter that does not exist, at the caller's line", function()
    local ok, message = pcall(function()
      emulator:deliveries({ webhook = webhook.id })
    end)
    assert.is_false(ok)
    assert.matches('delivery_log_spec.lua:%d+: deliveries knows no member "webhook"', message)
  end)
end)
