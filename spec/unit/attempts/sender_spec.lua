-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("rtk.attempts.sender", function()
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

  it("repeats a create that was not executed", function()
    local refused = { kind = "connection", message = "refused", sent = false }
    local client, transport = clients.fake({ refused, ok })
    assert(client.meetings:create({}))
    assert.equal(2, #transport.requests)
  end)

  it("treats a 404 as success when a repeated DELETE finds nothing", function()
    local lost = { kind = "timeout", message = "lost", sent = true }
    local gone = { status = 404, json = { success = false, error = { message = "gone" } } }
    local client = clients.fake({ lost, gone })
    local response = rtk.response(assert(client.presets:delete("p1")))
    assert.equal(2, response.attempts)
    assert.equal(404, response.status)
    for _, answers in ipairs({ { gone }, { { status = 429 }, gone } }) do
      client = clients.fake(answers)
      local _, _, err = client.presets:delete("p1")
      assert.equal("not_found", err.kind)
      assert.equal(#answers, err.attempts)
      assert.is_false(err.maybe_executed)
    end
  end)

  it("repeats requests that the server did not process, after 421 over a new connection", function()
    local client, transport = clients.fake({ { status = 425 }, { status = 421 }, ok })
    assert(client.meetings:create({}))
    assert.same({ nil, nil, true }, {
      transport.requests[1].fresh,
      transport.requests[2].fresh,
      transport.requests[3].fresh,
    })
    for _, status in ipairs({ 421, 425 }) do
      client, transport = clients.fake({ { status = status } })
      local _, _, err = client.meetings:create({})
      assert.equal("server", err.kind)
      assert.is_false(err.maybe_executed)
      assert.equal(3, #transport.requests)
    end
  end)

  it("names the lost answer when a later attempt is refused", function()
    local lost = { kind = "timeout", message = "timed out", sent = true }
    local invalid = { status = 400, json = { success = false, error = { message = "no" } } }
    local client = clients.fake({ lost, { status = 502 }, invalid })
    local _, message, err = client.meetings:update("m1", {})
    assert.is_true(err.maybe_executed)
    assert.truthy(message:find("an earlier attempt's answer was lost (timeout)", 1, true), message)
    for _, answers in ipairs({ { lost }, { { status = 429 }, invalid } }) do
      message = select(2, clients.fake(answers).meetings:update("m1", {}))
      assert.falsy(message:find("earlier attempt", 1, true), message)
    end
    _, message = clients.fake({ lost, invalid }).meetings:get("m1")
    assert.falsy(message:find("earlier attempt", 1, true), message)
  end)

  it("respects max_retries of the client and of the call", function()
    local client, transport = clients.fake({ { status = 503 } }, { max_retries = 1 })
    client.meetings:get("m1")
    assert.equal(2, #transport.requests)
    local _, _, err = client.meetings:get("m1", nil, { max_retries = 0 })
    assert.equal(3, #transport.requests)
    assert.equal(1, err.attempts)
  end)

  it("emits events without secrets", function()
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
    assert.same({ "request", "response", "retry", "wait", "request", "response", "call" }, types)
    assert.equal(503, events[2].status)
    assert.is_number(events[4].seconds)
    assert.equal(2, events[5].attempt)
  end)

  it("emits the cause and the delay of every retry", function()
    local retries = {}
    local client, _, waits = clients.fake({ { status = 503 }, { status = 429 }, ok }, {
      on_event = function(event)
        if event.type == "retry" then retries[#retries + 1] = event end
      end,
    })
    assert(client.meetings:get("m1"))
    for index, expected in ipairs({ { "server", 503 }, { "rate_limit", 429 } }) do
      assert.equal(index, retries[index].attempt)
      assert.equal(expected[1], retries[index].kind)
      assert.equal(expected[2], retries[index].status)
      assert.equal(waits[index], retries[index].seconds)
    end
  end)

  it("passes on what on_event raises, at any event, and keeps working", function()
    local raise_at
    local client, transport = clients.fake({ ok }, {
      on_event = function(event)
        if event.type == raise_at then error("not now", 0) end
      end,
    })
    for _, name in ipairs({ "request", "response", "retry", "wait" }) do
      raise_at = name
      transport._answers = { { status = 503 } }
      assert.equal("not now", clients.misuse_of(client.meetings.get, client.meetings, "m1"))
      raise_at = nil
      transport._answers = { ok }
      assert.equal("T", assert(client.meetings:get("m1")).title)
    end
  end)

  it("stays maybe executed when a later attempt fails in another way", function()
    local lost = { kind = "connection", message = "lost", sent = true }
    local refused = { kind = "connection", message = "refused", sent = false }
    local client = clients.fake({ lost, refused })
    local _, _, err = client.meetings:update("m1", {})
    assert.equal(3, err.attempts)
    assert.is_true(err.maybe_executed)
    _, _, err = clients.fake({ lost, refused }).meetings:get("m1")
    assert.is_false(err.maybe_executed)
  end)

  it("waits as long as a response asks, unless that is too long", function()
    local function busy(wait)
      return { status = 429, headers = { ["Retry-After"] = wait } }
    end
    local client, _, waits = clients.fake({ busy("0.25"), busy("2"), ok })
    assert(client.meetings:create({}))
    assert.is_true(waits[1] >= 0.25 and waits[1] <= 1.25, waits[1])
    assert.is_true(waits[2] >= 2 and waits[2] <= 3, waits[2])
    assert.equal(2, #waits)
    client, _, waits = clients.fake({ busy("soon"), busy("-1"), ok })
    assert(client.meetings:create({}))
    assert.is_true(#waits == 2 and waits[1] <= 0.5 and waits[2] <= 1)
    client, _, waits = clients.fake({ busy("300") }, { max_retry_wait = 299 })
    local _, _, err = client.meetings:create({})
    assert.equal(300, err.retry_after)
    assert.equal("rate_limit", err.kind)
    assert.is_false(err.maybe_executed)
    assert.same({}, waits)
  end)

  it("says how long the API asks to wait when it gives up", function()
    local function busy(status, wait)
      return { status = status, headers = { ["Retry-After"] = wait } }
    end
    for status, method in pairs({ [429] = "create", [503] = "list" }) do
      local client = clients.fake({ busy(status, "86400") })
      local _, message, err = client.meetings[method](client.meetings, {})
      local expected = "; the API asks to wait 86400 s, more than max_retry_wait allows"
      assert.truthy(message:find(expected, 1, true), message)
      assert.equal(message, err.message)
    end
    local client = clients.fake({ busy(429, "2.5") }, { max_retries = 1 })
    local _, message = client.meetings:get("m1")
    assert.truthy(message:find("; the API asks to wait 2.5 s$"), message)
    client = clients.fake({ { status = 429 } })
    _, message = client.meetings:get("m1")
    assert.falsy(message:find("asks to wait", 1, true), message)
  end)

  it("spreads the retries of calls that were refused together", function()
    local retries, refusals = {}, {}
    local client = clients.fake({ { status = 429, headers = { ["Retry-After"] = "1" } } }, {
      max_retries = 1,
      on_event = function(event)
        if event.type == "retry" then retries[#retries + 1] = event.seconds end
      end,
    })
    for index = 1, 20 do
      local _, _, err = client.meetings:get("m1")
      refusals[index] = err.retry_after
    end
    table.sort(retries)
    assert.equal(20, #retries)
    assert.is_true(retries[1] >= 1 and retries[20] <= 2 and retries[20] - retries[1] > 0.3)
    assert.same({ 1, 1 }, { refusals[1], refusals[20] })
  end)

  it("never waits between attempts when max_retry_wait is 0", function()
    local client, _, waits = clients.fake({ { status = 503 }, ok }, { max_retry_wait = 0 })
    assert(client.meetings:get("m1"))
    assert.same({ 0 }, waits)
    local busy = { status = 429, headers = { ["Retry-After"] = "1" } }
    client, _, waits = clients.fake({ busy, ok }, { max_retry_wait = 0 })
    local _, _, err = client.meetings:get("m1")
    assert.equal(1, err.retry_after)
    assert.same({}, waits)
  end)

  it("returns the response of a value", function()
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

  it("treats only the service's 404 as an empty list", function()
    local nothing = { status = 404, json = { success = false, error = { code = 404 } } }
    local client = clients.fake({ nothing })
    assert.equal(0, #client.webhooks:list())
    local unrouted = { status = 404, json = { success = false, errors = { { code = 7003 } } } }
    local problem = { status = 404, json = { type = "about:blank", title = "Not Found" } }
    local page = { status = 404, text = "<html>" }
    for _, answer in ipairs({ unrouted, problem, page, { status = 404 } }) do
      client = clients.fake({ answer })
      local _, _, err = client.webhooks:list()
      assert.equal("not_found", err.kind)
    end
    client = clients.fake({ nothing })
    local _, _, err = client.presets:list()
    assert.equal("not_found", err.kind)
  end)

  it("accepts an empty response only where no content is needed", function()
    for _, status in ipairs({ 200, 204 }) do
      local client = clients.fake({ { status = status } })
      assert.same({}, (client.active_session:kick_all("m1")))
      assert.same({ id = "p1" }, (client.presets:delete("p1")))
      assert.same({}, (client.sessions:generate_summary("s1")))
    end
    local client = clients.fake({ { status = 200 } })
    local _, message, err = client.meetings:create({})
    assert.equal("decode", err.kind)
    assert.truthy(message:find("it is empty", 1, true))
    _, _, err = client.meetings:get("m1")
    assert.equal("decode", err.kind)
  end)

  it("treats a success without the needed fields as a failure", function()
    local body = { name = "A", preset_name = "p", custom_participant_id = "u" }
    local calls = {
      token = {
        function(client)
          return client.meetings:add_participant("m1", body)
        end,
        function(client)
          return client.meetings:refresh_participant_token("m1", "p1")
        end,
      },
      id = {
        function(client)
          return client.apps:create({ name = "A" })
        end,
        function(client)
          return client.webhooks:create({ name = "W", url = "https://a.b/c", events = {} })
        end,
        function(client)
          return client.recordings:start({ meeting_id = "m1" })
        end,
        function(client)
          return client.livestreams:start("m1", {})
        end,
      },
    }
    for name, list in pairs(calls) do
      local data = { title = "T" }
      data[name == "id" and "token" or "id"] = "x"
      for _, call in ipairs(list) do
        local client, transport = clients.fake({ { json = { success = true, data = data } } })
        local value, message, err = call(client)
        assert.is_nil(value)
        assert.equal("decode", err.kind)
        assert.is_true(err.maybe_executed)
        assert.equal(1, #transport.requests)
        assert.truthy(message:find("it has no " .. name, 1, true), message)
      end
    end
    local client = clients.fake({ { json = { success = true, data = {} } } })
    for _, resource in ipairs({ "meetings", "presets", "webhooks", "recordings", "sessions" }) do
      assert.equal("decode", select(3, client[resource]:get("x1")).kind, resource)
    end
  end)

  it("accepts a partial object after an update", function()
    local client = clients.fake({ { json = { success = true, data = { name = "W" } } } })
    assert.equal("W", assert(client.webhooks:replace("w1", {})).name)
    assert.equal("W", assert(client.presets:update("p1", {})).name)
    assert.equal("W", assert(client.recordings:start_track({ meeting_id = "m1" })).name)
  end)

  it("does not make an object from a success without one", function()
    local answers = {
      { json = {} },
      { json = { success = true } },
      { json = { success = true, data = "m1" } },
      { status = 204 },
    }
    for _, answer in ipairs(answers) do
      local client, transport = clients.fake({ answer })
      local meeting, _, err = client.meetings:create({})
      assert.is_nil(meeting)
      assert.equal("decode", err.kind)
      assert.is_true(err.maybe_executed)
      assert.equal(1, #transport.requests)
      local found, message = client.meetings:get("m1")
      assert.is_nil(found)
      assert.truthy(message:find("cannot use the reply", 1, true))
      assert.same({ id = "m1" }, (client.meetings:update("m1", { title = "T" })))
    end
  end)

  describe("total_timeout", function()
    local success = { json = { success = true, data = { id = "m1" } } }
    local late = { kind = "timeout", message = "late", sent = true, elapsed = 4 }

    it("limits each attempt to the time left", function()
      local client, transport, waits = clients.fake({ late, late, success }, { timeout = 4 })
      local meeting = assert(client.meetings:get("m1", nil, { total_timeout = 11 }))
      local timeouts = {}
      for index, request in ipairs(transport.requests) do
        timeouts[index] = request.timeout
      end
      assert.equal(4, timeouts[1])
      assert.equal(4, timeouts[2])
      assert.is_true(math.abs(timeouts[3] - (3 - waits[1] - waits[2])) < 1e-6, timeouts[3])
      assert.equal(3, rtk.response(meeting).attempts)
    end)

    it("is set for the client or for the call", function()
      local client, transport = clients.fake({ success }, { total_timeout = 5 })
      client.meetings:get("m1")
      assert.equal(5, transport:last().timeout)
      client.meetings:get("m1", nil, { total_timeout = 3 })
      assert.equal(3, transport:last().timeout)
      client:request({ path = "/x", total_timeout = 2 })
      assert.equal(2, transport:last().timeout)
      client.meetings:get("m1", nil, { total_timeout = 90 })
      assert.equal(60, transport:last().timeout)
    end)

    it("ends the call with the last failure instead of waiting past it", function()
      local busy = { status = 503, headers = { ["Retry-After"] = "10" } }
      local client, transport, waits = clients.fake({ busy, success })
      local _, message, err = client.meetings:get("m1", nil, { total_timeout = 10 })
      assert.equal("server", err.kind)
      assert.equal(503, err.status)
      assert.equal(1, err.attempts)
      assert.equal(message, err.message)
      assert.truthy(
        message:find("total_timeout left no time for another attempt", 1, true),
        message
      )
      assert.same({}, waits)
      assert.equal(1, #transport.requests)
    end)

    it("ends the call with the last failure when a wait took too long", function()
      local client, transport = clients.fake({ { status = 503 }, success })
      local runtime = client._channel.runtime
      local sleep = runtime.sleep
      function runtime:sleep()
        sleep(self, 10)
      end
      local _, message, err = client.meetings:get("m1", nil, { total_timeout = 10 })
      assert.equal(503, err.status)
      assert.truthy(message:find("total_timeout left no time", 1, true), message)
      assert.equal(1, #transport.requests)
    end)

    it("ends the call as a timeout when nothing was sent yet", function()
      local client, transport
      local limiter = { observe = function() end }
      function limiter.admit()
        client._channel.runtime:sleep(6)
        return 0
      end
      client, transport = clients.fake({ success }, { rate_limit = limiter, total_timeout = 5 })
      local _, message, err = client.meetings:create({})
      assert.equal("timeout", err.kind)
      assert.equal(0, err.attempts)
      assert.is_false(err.maybe_executed)
      assert.truthy(message:find("total_timeout passed before anything was sent", 1, true), message)
      assert.equal(0, #transport.requests)
    end)

    it("applies to every page of an iteration", function()
      local page = { json = { success = true, data = { { id = "a" }, { id = "b" } } }, elapsed = 3 }
      local other = { json = { success = true, data = { { id = "c" } } }, elapsed = 3 }
      local client = clients.fake({ page, other })
      local count = 0
      for _ in client.meetings:each({ per_page = 2 }, { total_timeout = 4 }) do
        count = count + 1
      end
      assert.equal(3, count)
    end)

    it("follows an emulator's clock", function()
      local api = emulator.new({})
      local client = api:client({ runtime = clients.emulated_runtime(api), timeout = 20 })
      api:fault({ kind = "latency", delay = 30, times = 2 })
      local began = api.clock:now()
      local _, _, err = client.meetings:list({}, { total_timeout = 25 })
      assert.equal("timeout", err.kind)
      assert.equal(2, err.attempts)
      local passed = (api.clock:now() - began) / 1000
      assert.is_true(passed > 24 and passed < 26, passed)
      assert(client.meetings:list({}, { total_timeout = 25 }))
    end)
  end)
end)
