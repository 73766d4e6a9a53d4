-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local confidential = require("spec.support.asserts.confidential")

describe("rtk.rate_limit.admission", function()
  local ok = { json = { success = true, data = { id = "m1" } } }

  -- A limiter whose admit returns answers from a list, the last one repeatedly, and which records
  -- what it observes. An answer is a number of seconds, or { seconds, note, spread }.
  local function limiter_of(answers)
    local limiter = { asked = {}, seen = {} }
    function limiter:admit(request)
      table.insert(self.asked, request)
      local answer = answers[math.min(#self.asked, #answers)]
      if type(answer) == "table" then return answer[1], answer[2], answer[3] end
      return answer
    end
    function limiter:observe(reply)
      table.insert(self.seen, reply)
      return self.note
    end
    return limiter
  end

  local function client_with(limiter, answers, options)
    local given = { rate_limit = limiter }
    for name, value in pairs(options or {}) do
      given[name] = value
    end
    return clients.fake(answers, given)
  end

  it("asks before every attempt, and sends what is admitted", function()
    local limiter = limiter_of({ 0 })
    local client, transport = client_with(limiter, { { status = 503 }, ok })
    assert(client.meetings:get("m1"))
    assert.equal(2, #transport.requests)
    assert.equal(2, #limiter.asked)
    assert.equal(1000, limiter.asked[1].now)
    assert.is_false(limiter.asked[1].priority)
  end)

  it("waits for the given time, then asks again", function()
    local limiter = limiter_of({ 5, 2.5, 0 })
    local client, _, waits = client_with(limiter, { ok })
    local meeting = assert(client.meetings:get("m1"))
    assert.same({ 5, 2.5 }, waits)
    assert.equal(1007.5, limiter.asked[3].now)
    assert.equal(7.51, require("rtk").response(meeting).elapsed)
    assert.equal(1, require("rtk").response(meeting).attempts)
  end)

  it("spreads calls that wait for the same moment, and lets none go earlier", function()
    local least, most = math.huge, 0
    for _ = 1, 50 do
      local client, _, waits = client_with(limiter_of({ { 30, nil, 3 }, 0 }), { ok })
      assert(client.meetings:get("m1"))
      assert.equal(1, #waits)
      least, most = math.min(least, waits[1]), math.max(most, waits[1])
    end
    assert.is_true(least >= 30 and most < 33, least .. " to " .. most)
    assert.is_true(most - least > 1, least .. " to " .. most)
  end)

  it("spreads them within what the call may wait", function()
    for _, case in ipairs({
      { { max_retry_wait = 30.5 }, nil },
      { { max_retry_wait = 600 }, { total_timeout = 31 } },
    }) do
      for _ = 1, 20 do
        local client, _, waits = client_with(limiter_of({ { 30, nil, 300 }, 0 }), { ok }, case[1])
        assert(client.meetings:get("m1", nil, case[2]))
        assert.is_true(waits[1] >= 30 and waits[1] <= 30.5, waits[1])
      end
    end
  end)

  it("fails a call that the limiter rejects, with the reason", function()
    local events = {}
    local client, transport, waits = client_with(
      limiter_of({ { nil, "no budget here" } }),
      { ok },
      {
        on_event = function(event)
          events[#events + 1] = event.type
        end,
      }
    )
    local value, message, err = client.meetings:create({})
    assert.is_nil(value)
    assert.equal("not sent: no budget here (POST /meetings)", message)
    assert.same({ "cancelled", 0, false }, { err.kind, err.attempts, err.maybe_executed })
    assert.same({ { "call" }, {}, 0 }, { events, waits, #transport.requests })
  end)

  it("stores neither the headers nor the body of a call in flight", function()
    local client, texts
    client = client_with(limiter_of({ 0 }), { ok }, {
      headers = { ["X-Key"] = "header-secret" },
      on_event = function()
        texts = confidential.dump(client._channel.unanswered)
      end,
    })
    client.meetings:create({ title = "body-secret" })
    for _, secret in ipairs({ "test-token", "header-secret", "body-secret" }) do
      assert.falsy(texts:find(secret, 1, true))
    end
  end)

  it("gives up when the waits add up to more than max_retry_wait", function()
    local client, transport, waits = client_with(limiter_of({ 40 }), { ok })
    local meeting, message, err = client.meetings:create({})
    assert.is_nil(meeting)
    assert.equal("rate_limit", err.kind)
    assert.equal(40, err.retry_after)
    assert.is_nil(err.status)
    assert.equal(0, err.attempts)
    assert.is_false(err.maybe_executed)
    assert.equal("POST /meetings", err.operation)
    local words = "wait 40 s after 40 s, more than max_retry_wait allows"
    assert.truthy(message:find(words, 1, true), message)
    assert.same({ 40 }, waits)
    assert.equal(0, #transport.requests)
  end)

  it("does not start a wait that total_timeout would end", function()
    local client, transport, waits = client_with(limiter_of({ 4 }), { ok })
    local _, message, err = client.meetings:get("m1", nil, { total_timeout = 6 })
    assert.equal("rate_limit", err.kind)
    assert.truthy(message:find("4 s after 4 s, more than total_timeout allows", 1, true), message)
    assert.same({ 4 }, waits)
    assert.equal(0, #transport.requests)
  end)

  it("remembers that an earlier attempt may have been executed", function()
    local lost = { kind = "connection", message = "lost", sent = true }
    local client = client_with(limiter_of({ 0, 100 }), { lost })
    local _, _, err = client.meetings:update("m1", {})
    assert.equal("rate_limit", err.kind)
    assert.equal(1, err.attempts)
    assert.is_true(err.maybe_executed)
    assert.truthy(err.message:find("; before that: lost (PATCH /meetings/m1)", 1, true))
  end)

  it("releases an admitted attempt that was not sent", function()
    local limiter, client = limiter_of({ 0 })
    local admit = limiter.admit
    function limiter:admit(request)
      client._channel.runtime:sleep(6)
      return admit(self, request)
    end
    client = client_with(limiter, { ok }, { total_timeout = 5 })
    local _, _, err = client.meetings:get("m1")
    assert.equal("timeout", err.kind)
    assert.equal(1, #limiter.seen)
    assert.is_nil(limiter.seen[1].status)
    assert.is_false(limiter.seen[1].sent)
  end)

  it("gives priority to calls that create a participant's token, and as the caller says", function()
    local limiter = limiter_of({ 0 })
    local client = client_with(limiter, { ok })
    client.meetings:add_participant("m1", {})
    client.meetings:refresh_participant_token("m1", "p1")
    client.meetings:add_participant("m1", {}, { priority = false })
    client.meetings:list({}, { priority = true })
    client.meetings:create({})
    client:request({ path = "/x" })
    client:request({ path = "/x", priority = true })
    local priorities = {}
    for index, request in ipairs(limiter.asked) do
      priorities[index] = request.priority
    end
    assert.same({ true, true, false, true, false, false, true }, priorities)
  end)

  it("shows the limiter every reply, and that none arrived", function()
    local limiter = limiter_of({ 0 })
    local client = client_with(limiter, {
      { kind = "connection", message = "refused", sent = false },
      {
        status = 429,
        json = { success = false, errors = { { code = 971, message = "slow down" } } },
        headers = { ["Retry-After"] = "3", Ratelimit = '"default";r=0;t=3' },
      },
      ok,
    })
    assert(client.meetings:get("m1"))
    assert.equal(3, #limiter.seen)
    local unsent, refused, good = limiter.seen[1], limiter.seen[2], limiter.seen[3]
    assert.is_nil(unsent.status)
    assert.is_false(unsent.sent)
    assert.equal(429, refused.status)
    assert.equal(971, refused.code)
    assert.equal(3, refused.retry_after)
    assert.equal('"default";r=0;t=3', refused.headers.ratelimit)
    assert.equal(200, good.status)
    assert.is_nil(good.code)
    assert.is_nil(good.retry_after)
    assert.is_true(good.now > refused.now + 3)
    assert.equal(0.01, math.floor(good.elapsed * 1000 + 0.5) / 1000) -- of this attempt alone
  end)

  it("leaves headers unread when there is no limiter", function()
    local headers = require("rtk.http.headers")
    local parse, count = headers.parse, 0
    headers.parse = function(raw)
      count = count + 1
      return parse(raw)
    end
    finally(function()
      headers.parse = parse
    end)
    assert(clients.fake({ ok }).meetings:get("m1"))
    assert.equal(0, count)
    assert(client_with(limiter_of({ 0 }), { ok }).meetings:get("m1"))
    assert.equal(1, count)
  end)

  it("passes the limiter's notes and waits on as events", function()
    local events = {}
    local limiter = limiter_of({ { 1, "near the limit" }, 0 })
    limiter.note = "learned a limit"
    local client = client_with(limiter, { ok }, {
      on_event = function(event)
        events[#events + 1] = event.type .. " " .. tostring(event.message or event.reason)
      end,
    })
    client.meetings:get("m1")
    assert.same({
      "limiter near the limit",
      "wait rate_limit",
      "request nil",
      "limiter learned a limit",
      "response nil",
      "call nil",
    }, events)
  end)

  it("reports abandoned attempts to the limiter once they are collected", function()
    local limiter, raises = limiter_of({ 0 }), true
    local client = client_with(limiter, { ok }, {
      on_event = function()
        if raises then error("stop", 0) end
      end,
    })
    for _ = 1, 10 do
      clients.misuse_of(client.meetings.get, client.meetings, "m1")
    end
    raises = false
    collectgarbage()
    collectgarbage()
    for _ = 1, 100 do
      assert(client.meetings:get("m1"))
    end
    local lost = 0
    for _, reply in ipairs(limiter.seen) do
      if not reply.status then
        lost = lost + 1
        assert.is_nil(reply.sent)
      end
    end
    assert.same({ 10, 110 }, { lost, #limiter.seen })
  end)

  it("passes on the errors of a limiter, and the client still works", function()
    for _, method in ipairs({ "admit", "observe" }) do
      local limiter = limiter_of({ 0 })
      local good = limiter[method]
      limiter[method] = function()
        error("out of order", 0)
      end
      local client = client_with(limiter, { ok })
      assert.equal("out of order", clients.misuse_of(client.meetings.get, client.meetings, "m1"))
      limiter[method] = good
      assert(client.meetings:get("m1"))
    end
  end)

  it("raises when a limiter does not return seconds", function()
    for _, answer in ipairs({ "soon", 0 / 0, { nil } }) do
      local client, transport = client_with(limiter_of({ answer }), { ok })
      local message = clients.misuse_of(client.meetings.get, client.meetings, "m1")
      assert.truthy(message:find("must return a number of seconds", 1, true), message)
      assert.equal(0, #transport.requests)
    end
  end)
end)
