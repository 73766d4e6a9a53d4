-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local events = require("rtk.emulator.webhooks.events")
local signature = require("spec.support.asserts.webhook_signature")

local STARTED = { event = "meeting.started", meeting = { id = "m", title = "it's $HOME" } }
local ENDED = { event = "meeting.ended", meeting = { id = "m" } }

describe("deliveries of the emulator", function()
  local api, emulator, received, answers

  --- An emulator whose webhooks get what `answers` says, and 200 after that.
  local function open(options)
    received, answers = {}, {}
    local given = {
      deliver = function(request)
        received[#received + 1] = request
        local answer = table.remove(answers, 1) or 200
        if type(answer) == "string" then return nil, answer end
        return answer
      end,
    }
    for name, value in pairs(options or {}) do
      given[name] = value or nil
    end
    api = calls.new(given)
    emulator = api.emulator
  end

  before_each(function()
    open()
  end)

  local function create(changes)
    local body = { name = "n", url = "http://hooks/1", events = { "meeting.started" } }
    for name, value in pairs(changes or {}) do
      body[name] = value
    end
    return api:data("POST", "/webhooks", body)
  end

  local function publish(payload, app_id)
    local _, app = emulator.store:find_app(app_id or emulator.app_id)
    events.publish(emulator, app, payload)
  end

  local function states()
    local list = {}
    for i, delivery in ipairs(emulator:deliveries()) do
      list[i] = delivery.state
    end
    return list
  end

  it("go to each enabled webhook that asks for the event", function()
    local one = create()
    create({ url = "http://hooks/2", events = { "meeting.ended" } })
    create({ url = "http://hooks/3", enabled = false })
    local four = create({ url = "http://hooks/4", events = { "meeting.ended", "meeting.started" } })
    publish(STARTED)
    assert.equal(2, #received)
    assert.same({ "http://hooks/1", "http://hooks/4" }, { received[1].url, received[2].url })
    assert.same({ one.id, four.id }, {
      received[1].headers["rtk-webhook-id"],
      received[2].headers["rtk-webhook-id"],
    })
    assert.not_equal(received[1].headers["rtk-uuid"], received[2].headers["rtk-uuid"])
    publish(ENDED)
    assert.equal(4, #received)
  end)

  it("stay in their app", function()
    create()
    local other = api.account:data("POST", "/apps", { name = "other" }).app.id
    publish(STARTED, other)
    assert.equal(0, #received)
  end)

  it("carry the payload as JSON and a signature that openssl finds good", function()
    create()
    publish(STARTED)
    local request = received[1]
    assert.equal("POST", request.method)
    assert.equal("application/json", request.headers["content-type"])
    assert.equal(
      '{"event":"meeting.started","meeting":{"id":"m","title":"it\'s $HOME"}}',
      request.body
    )
    local key = signature.served_key(emulator)
    assert.equal(key, emulator:public_key())
    assert.is_true(signature.is_good(key, request.body, request.headers["rtk-signature"]))
    assert.is_false(signature.is_good(key, request.body .. " ", request.headers["rtk-signature"]))
  end)

  it("are tried again with the same id after 5xx and without an answer, ever later", function()
    create()
    answers = { 500, "connection refused", 503 }
    publish(STARTED)
    assert.same({ "waiting" }, states())
    emulator:advance(0.9)
    assert.equal(1, #received)
    emulator:advance(0.1)
    assert.equal(2, #received)
    emulator:advance(5)
    assert.equal(3, #received)
    emulator:advance(30)
    assert.equal(4, #received)
    for i = 2, 4 do
      assert.same(received[1], received[i])
    end
    emulator:advance(100000)
    assert.equal(4, #received)
    local delivery = emulator:deliveries()[1]
    assert.equal("delivered", delivery.state)
    local function at(second)
      return "2023-11-14T22:13:" .. second .. ".009Z"
    end
    assert.same({
      { at = at(20), status = 500 },
      { at = at(21), error = "connection refused" },
      { at = at(26), status = 503 },
      { at = at(56), status = 200 },
    }, delivery.attempts)
  end)

  it("are not tried again after any other answer", function()
    create()
    for _, status in ipairs({ 301, 400, 404, 408, 410, 429 }) do
      answers = { status }
      publish(STARTED)
    end
    emulator:advance(100000)
    assert.equal(6, #received)
    for _, state in ipairs(states()) do
      assert.equal("failed", state)
    end
  end)

  it("end when the retries are used up", function()
    open({ webhook_retries = { 2, 0.5 } })
    create()
    answers = { 500, 500, 500, 500 }
    publish(STARTED)
    emulator:advance(2.5)
    assert.equal(3, #received)
    assert.same({ "failed" }, states())
    emulator:advance(100000)
    assert.equal(3, #received)
  end)

  it("follow a changed URL, and end with their webhook", function()
    local one, two = create(), create({ url = "http://hooks/2" })
    local three = create({ url = "http://hooks/3" })
    answers = { 500, 500, 500 }
    publish(STARTED)
    api:data("DELETE", "/webhooks/" .. one.id)
    api:data("PATCH", "/webhooks/" .. two.id, { enabled = false })
    api:data("PATCH", "/webhooks/" .. three.id, { url = "http://hooks/new" })
    emulator:advance(1000)
    assert.equal(4, #received)
    assert.equal("http://hooks/new", received[4].url)
    assert.same({ "cancelled", "cancelled", "delivered" }, states())
  end)

  it("are signed with the new key after a rotation, also when tried again", function()
    create()
    answers = { 500 }
    publish(STARTED)
    local old = signature.served_key(emulator)
    local new = emulator:rotate_key()
    assert.not_equal(old, new)
    assert.equal(new, signature.served_key(emulator))
    emulator:advance(1)
    local body = received[1].body
    assert.is_true(signature.is_good(old, body, received[1].headers["rtk-signature"]))
    assert.is_false(signature.is_good(new, body, received[1].headers["rtk-signature"]))
    assert.is_true(signature.is_good(new, body, received[2].headers["rtk-signature"]))
  end)

  it("can be repeated, by id", function()
    create()
    answers = { 404, 500 }
    publish(STARTED)
    local id = emulator:deliveries()[1].id
    assert.is_true(emulator:redeliver(id))
    assert.same({ "waiting" }, states())
    emulator:advance(1)
    assert.equal(3, #received)
    assert.same({ id, id }, { received[2].headers["rtk-uuid"], received[3].headers["rtk-uuid"] })
    assert.equal(3, #emulator:deliveries()[1].attempts)
    local _, misuse = pcall(function()
      emulator:redeliver({ id = id })
    end)
    assert.matches("deliveries_spec.lua:%d+: redeliver takes the id of a delivery$", misuse)
    local ok, message = emulator:redeliver("x")
    assert.is_nil(ok)
    assert.equal("there is no delivery with id x", message)
  end)

  it("made by a receiver come after the one it was called for", function()
    local order = {}
    open({
      deliver = function(request)
        order[#order + 1] = "begin " .. request.body:match("meeting%.(%a+)")
        if #order == 1 then publish(ENDED) end
        order[#order + 1] = "end"
        return 204
      end,
    })
    create({ events = { "meeting.started", "meeting.ended" } })
    publish(STARTED)
    assert.same({ "begin started", "end", "begin ended", "end" }, order)
  end)

  it("let through what a receiver raises, and go on with the next", function()
    local count = 0
    open({
      deliver = function()
        count = count + 1
        if count == 1 then error("broken test", 0) end
        return count == 2 and 200 or nil
      end,
    })
    create()
    assert.has_error(function()
      publish(STARTED)
    end, "broken test")
    publish(STARTED)
    assert.same({ "pending", "delivered" }, states())
    assert.has_error(function()
      publish(STARTED)
    end, "deliver must return the response status, or nil and a message")
  end)
end)
