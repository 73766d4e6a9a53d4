-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local events = require("rtk.http.events")

describe("rtk.http.events", function()
  local ok = {
    json = { success = true, data = { id = "m1", title = "T" } },
    headers = { ["CF-Ray"] = "ray-ok" },
  }
  local busy = { status = 503, headers = { ["CF-Ray"] = "ray-busy" } }
  local lost = { kind = "connection", message = "lost", sent = true }

  -- A client whose events are collected, with what clients.fake returns.
  local function watched(answers, options)
    local seen = {}
    options = options or {}
    function options.on_event(event)
      seen[#seen + 1] = event
    end
    local client, transport, waits = clients.fake(answers, options)
    return client, seen, transport, waits
  end

  local function types(seen)
    local found = {}
    for index, event in ipairs(seen) do
      found[index] = event.type
    end
    return table.concat(found, " ")
  end

  it("describe the call without its query", function()
    local event
    local channel = {
      settings = {
        on_event = function(emitted)
          event = emitted
        end,
      },
    }
    local call = {
      method = "GET",
      url = "https://a.example/b?secret=1",
      attempt = 2,
      operation = { name = "GET /b" },
      tag = "mine",
      id = "0123",
    }
    events.emit(channel, "wait", call, { seconds = 5 })
    assert.same({
      type = "wait",
      call_id = "0123",
      operation = "GET /b",
      tag = "mine",
      method = "GET",
      url = "https://a.example/b",
      attempt = 2,
      seconds = 5,
    }, event)
    events.emit(channel, "request", call)
    assert.equal("request", event.type)
  end)

  it("are not made without on_event", function()
    local call = {}
    assert.is_nil(events.emit({ settings = {} }, "wait", call, {}))
    events.start({ settings = {} }, call)
    events.finish({ settings = {} }, call)
    assert.same({}, call)
  end)

  it("have the call's id, operation, request id and tag, and end with the outcome", function()
    local client, seen, _, waits = watched({ busy, ok }, { tag = "client's" })
    assert(client.meetings:add_participant("m1", { name = "Ann" }, { max_retries = 0 }) == nil)
    assert(client.meetings:get("m1", nil, { tag = { "call's" } }))
    assert.equal("request response call request response call", types(seen))
    for index, event in ipairs(seen) do
      local is_first = index <= 3
      local template = "/meetings/{meeting_id}"
      assert.equal(
        is_first and "POST " .. template .. "/participants" or "GET " .. template,
        event.operation
      )
      assert.equal(seen[is_first and 1 or 4].call_id, event.call_id)
      assert.same(is_first and "client's" or { "call's" }, event.tag)
      assert.equal(1, event.attempt)
      if event.type ~= "request" then
        assert.equal(is_first and "ray-busy" or "ray-ok", event.request_id)
        assert.equal(is_first and 503 or 200, event.status)
      end
    end
    assert.not_equal(seen[1].call_id, seen[4].call_id)
    assert.equal("failure", seen[3].outcome)
    assert.equal("server", seen[3].kind)
    assert.is_string(seen[3].message)
    assert.equal("success", seen[6].outcome)
    assert.is_nil(seen[6].kind)
    assert.same({}, waits)
  end)

  it("tell the attempts, the total and the waited seconds of a call", function()
    local client, seen, _, waits = watched({ busy, busy, ok })
    assert(client.meetings:get("m1"))
    assert.equal(
      "request response retry wait request response retry wait request response call",
      types(seen)
    )
    local last = seen[#seen]
    assert.equal(3, last.attempts)
    assert.equal("success", last.outcome)
    local waited = waits[1] + waits[2]
    assert.is_true(math.abs(last.waited - waited) < 1e-6)
    assert.is_true(math.abs(last.total - waited - 0.03) < 1e-6)
  end)

  it("count the waits that a limiter asks for", function()
    local asked = 0
    local client, seen = watched({ ok }, {
      rate_limit = {
        admit = function()
          asked = asked + 1
          return asked == 1 and 5 or 0
        end,
        observe = function() end,
      },
    })
    assert(client.meetings:get("m1"))
    assert.equal("wait request response call", types(seen))
    assert.equal(5, seen[4].waited)
  end)

  it("end with a call that was never sent", function()
    local client, seen = watched({ ok }, {
      rate_limit = {
        admit = function()
          return nil, "closed today"
        end,
        observe = function() end,
      },
    })
    assert.is_nil((client.meetings:get("m1")))
    assert.equal("call", types(seen))
    assert.equal("cancelled", seen[1].kind)
    assert.equal(0, seen[1].attempts)
  end)

  it("tell the success that reconcile or a state check made of a failure", function()
    local client, seen = watched({ lost, ok })
    assert(client.meetings:create({}, {
      reconcile = function()
        return { id = "m1" }
      end,
    }))
    assert.equal("request response reconcile call", types(seen))
    assert.equal("success", seen[4].outcome)
    assert.equal("reconcile", seen[4].resolved_by)

    local over = { status = 400, json = { error = { code = 400, message = "not in progress" } } }
    local recording = { json = { success = true, data = { id = "r1", status = "UPLOADED" } } }
    client, seen = watched({ lost, over, recording }, { tag = 7 })
    assert(client.recordings:stop("r1"))
    assert.equal(
      "request response retry wait request response request response call call",
      types(seen)
    )
    local read, last = seen[#seen - 1], seen[#seen]
    assert.equal("success", last.outcome)
    assert.equal("state_check", last.resolved_by)
    assert.equal(2, last.attempts)
    assert.equal(last.call_id, seen[1].call_id)
    assert.equal("GET /recordings/{recording_id}", read.operation)
    assert.equal(last.call_id, read.parent_id)
    assert.not_equal(last.call_id, read.call_id)
    assert.equal(7, read.tag)
    assert.is_nil(last.parent_id)
  end)

  it("end with a failure when reconcile found nothing", function()
    local client, seen = watched({ lost })
    assert.is_nil((client.meetings:create({}, { reconcile = function() end })))
    assert.equal("failure", seen[#seen].outcome)
    assert.is_nil(seen[#seen].resolved_by)
  end)

  it("name client:request by its verb, and leave ids out of the operation", function()
    local client, seen = watched({ ok })
    assert(client:request({ path = "/accounts/secret-id", tag = "t" }))
    assert.equal("GET", seen[1].operation)
    assert.equal("t", seen[3].tag)
  end)

  it("have ids that are unique among all clients", function()
    local known, count = {}, 0
    for _ = 1, 20 do
      local client, seen = watched({ ok })
      for _ = 1, 50 do
        client.meetings:get("m1")
      end
      for _, event in ipairs(seen) do
        if event.type == "call" then
          assert.matches("^%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x$", event.call_id)
          assert.is_nil(known[event.call_id])
          known[event.call_id], count = true, count + 1
        end
      end
    end
    assert.equal(1000, count)
  end)

  it("have no secrets, new tokens among them", function()
    local echo = { status = 400, json = { error = { message = "bad new-token-1" } } }
    local client, seen = watched({ echo })
    client:set_token("new-token-1")
    client.meetings:get("m1")
    for _, event in ipairs(seen) do
      assert.falsy((event.message or ""):find("new-token", 1, true))
    end
  end)

  it("end with a failure when a list's reply has no list", function()
    local client, seen = watched({ { json = { success = true, data = 5 } } })
    local page, message, err = client.meetings:list()
    assert.is_nil(page)
    assert.equal("decode", err.kind)
    assert.equal("failure", seen[#seen].outcome)
    assert.equal("decode", seen[#seen].kind)
    assert.equal(message, seen[#seen].message)
  end)

  it("each page of a list is a call", function()
    local api, finished = emulator.new({}), 0
    api:seed({ meetings = 5 })
    local client = api:client({
      on_event = function(event)
        if event.type == "call" then finished = finished + 1 end
      end,
    })
    for _ in client.meetings:each({ per_page = 2 }) do
    end
    assert.equal(3, finished)
  end)

  describe("a function as headers", function()
    local function sent(request)
      return table.concat(request.headers, "\n")
    end

    it("is asked for each attempt, with the call's id, operation, attempt and tag", function()
      local asked = {}
      local client, seen, transport = watched({ busy, ok }, {
        tag = "t",
        headers = function(request)
          asked[#asked + 1] = request
          return { ["X-Trace"] = request.call_id .. "-" .. request.attempt, ["X-Own"] = "1" }
        end,
      })
      assert(client.meetings:get("m1", nil, { headers = { ["X-Own"] = "2" } }))
      assert.equal(2, #asked)
      assert.equal("GET /meetings/{meeting_id}", asked[1].operation)
      assert.equal("t", asked[1].tag)
      for attempt, request in ipairs(transport.requests) do
        assert.equal(attempt, asked[attempt].attempt)
        local line = "X-Trace: " .. seen[1].call_id .. "-" .. attempt
        assert.truthy(sent(request):find(line, 1, true), sent(request))
        assert.truthy(sent(request):find("X-Own: 2", 1, true))
      end
    end)

    it("may return none, and works without on_event", function()
      local client, transport = clients.fake({ ok }, { headers = function() end })
      assert(client.meetings:get("m1"))
      assert.equal(3, #transport:last().headers)
    end)

    it("raises at the caller's line when it returns what cannot be sent", function()
      for words, value in pairs({
        ["what the function headers returns must be a table, got a string"] = "X: y",
        ["headers.X must be a string without control characters"] = { X = "a\r\nY: b" },
        ["the transport sets it"] = { ["Content-Length"] = "1" },
      }) do
        local client, transport = clients.fake({ ok }, {
          headers = function()
            return value
          end,
        })
        local message = clients.misuse_of(function()
          client.meetings:get("m1")
        end)
        assert.matches("events_spec.lua:%d+:", message)
        assert.truthy(message:find(words, 1, true), message)
        assert.equal(0, #transport.requests)
      end
    end)

    it("is an option of the client only", function()
      local client = clients.fake({ ok })
      local options = { headers = function() end }
      local message = clients.misuse_of(client.meetings.get, client.meetings, "m1", nil, options)
      assert.matches("headers must be a table", message)
    end)
  end)
end)
