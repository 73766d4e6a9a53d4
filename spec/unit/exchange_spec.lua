-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients")
local rtk = require("rtk")

describe("rtk.exchange", function()
  local ok = { json = { success = true, data = { id = "m1", title = "T" } } }

  it("retries with waits, then succeeds", function()
    local client, transport, waits = clients.fake({
      { kind = "connection", message = "refused", sent = false },
      { status = 503 },
      ok,
    })
    local meeting = assert(client.meetings:get("m1"))
    assert.equal("T", meeting.title)
    assert.equal(3, #transport.requests)
    assert.equal(2, #waits)
    assert.equal(3, rtk.response(meeting).attempts)
  end)

  it("never repeats a create whose answer was lost", function()
    local lost = { kind = "connection", message = "lost", sent = true }
    local client, transport = clients.fake({ lost, ok })
    local meeting, _, err = client.meetings:create({})
    assert.is_nil(meeting)
    assert.is_true(err.maybe_executed)
    assert.equal(1, #transport.requests)
  end)

  it("repeats a create that certainly did not happen", function()
    local refused = { kind = "connection", message = "refused", sent = false }
    local client, transport = clients.fake({ refused, ok })
    assert(client.meetings:create({}))
    assert.equal(2, #transport.requests)
  end)

  it("takes a 404 for success when a repeated DELETE finds nothing", function()
    local lost = { kind = "timeout", message = "lost", sent = true }
    local gone = { status = 404, json = { success = false, error = { message = "gone" } } }
    local client = clients.fake({ lost, gone })
    assert(client.presets:delete("p1"))
    client = clients.fake({ gone })
    local _, _, err = client.presets:delete("p1")
    assert.equal("not_found", err.kind)
  end)

  it("obeys max_retries of the client and of the call", function()
    local client, transport = clients.fake({ { status = 503 } }, { max_retries = 1 })
    client.meetings:get("m1")
    assert.equal(2, #transport.requests)
    local _, _, err = client.meetings:get("m1", nil, { max_retries = 0 })
    assert.equal(3, #transport.requests)
    assert.equal(1, err.attempts)
  end)

  it("tells the event function what happens, without secrets", function()
    local events = {}
    local client = clients.fake({ { status = 503 }, ok }, {
      on_event = function(event)
        events[#events + 1] = event
      end,
    })
    client.meetings:get("m1", { name = "private" })
    local types = {}
    for _, event in ipairs(events) do
      types[#types + 1] = event.type
      for _, value in pairs(event) do
        assert.falsy(tostring(value):find("private", 1, true))
        assert.falsy(tostring(value):find("test-token", 1, true))
      end
    end
    assert.same({ "request", "response", "retry", "wait", "request", "response" }, types)
    assert.equal(503, events[2].status)
    assert.is_number(events[4].seconds)
    assert.equal(2, events[5].attempt)
  end)

  it("tells the reply a value came from", function()
    local answer = { json = ok.json, headers = { ["CF-Ray"] = "ray-1", ["X-A"] = "b" } }
    local client = clients.fake({ answer })
    local response = rtk.response(client.meetings:get("m1"))
    assert.equal(200, response.status)
    assert.equal("ray-1", response.request_id)
    assert.equal("b", response.headers["x-a"])
    assert.equal(1, response.attempts)
    assert.is_number(response.elapsed)
    assert.is_nil(rtk.response({}))
    assert.is_nil(rtk.response("x"))
  end)

  it("adds up the time of all attempts and waits", function()
    local client, _, waits = clients.fake({ { status = 503 }, ok })
    local response = rtk.response(client.meetings:get("m1"))
    assert.is_true(math.abs(response.elapsed - (0.02 + waits[1])) < 1e-9)
  end)

  it("takes the API's 404 for a list with nothing in it only from the service", function()
    local nothing = { status = 404, json = { success = false, error = { code = 404 } } }
    local client = clients.fake({ nothing })
    assert.equal(0, #client.webhooks:list())
    local unrouted = { status = 404, json = { success = false, errors = { { code = 7003 } } } }
    for _, answer in ipairs({ unrouted, { status = 404, text = "<html>" }, { status = 404 } }) do
      client = clients.fake({ answer })
      local _, _, err = client.webhooks:list()
      assert.equal("not_found", err.kind)
    end
    client = clients.fake({ nothing })
    local _, _, err = client.presets:list()
    assert.equal("not_found", err.kind)
  end)

  it("takes an empty answer where no answer is needed, and not where one is", function()
    for _, status in ipairs({ 200, 204 }) do
      local client = clients.fake({ { status = status } })
      assert.same({}, (client.active_session:kick_all("m1")))
      assert.same({}, (client.presets:delete("p1")))
      assert.same({}, (client.sessions:generate_summary("s1")))
    end
    local client = clients.fake({ { status = 200 } })
    local _, message, err = client.meetings:create({})
    assert.equal("decode", err.kind)
    assert.truthy(message:find("it is empty", 1, true))
    _, _, err = client.meetings:get("m1")
    assert.equal("decode", err.kind)
  end)
end)
