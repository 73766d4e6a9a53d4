-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("rtk.attempts.reconcile", function()
  local ok = { json = { success = true, data = { id = "m1", title = "T" } } }
  local lost = { kind = "connection", message = "lost", sent = true }

  local function returning(...)
    local values = { ... }
    return function()
      return values[1], values[2]
    end
  end

  it("receives the call without headers and credentials", function()
    local client = clients.fake({ lost })
    local body, seen = { custom_participant_id = "u1" }, nil
    local _, _, err = client.meetings:add_participant("m1", body, {
      headers = { ["X-Mine"] = "1" },
      reconcile = function(passed, request)
        assert.equal(client, passed)
        seen = request
      end,
    })
    assert.same({
      operation = "POST /meetings/{meeting_id}/participants",
      method = "POST",
      path = "/meetings/m1/participants",
      ids = { meeting_id = "m1" },
      body = { custom_participant_id = "u1" },
      err = err,
    }, seen)
    assert.equal(body, seen.body)
    assert.is_true(err.maybe_executed)
  end)

  it("receives the client of the call's app", function()
    local client, transport = clients.fake({ lost, ok })
    assert(client.meetings:create({}, {
      app_id = "other",
      reconcile = function(other)
        return other.meetings:get("m1")
      end,
    }))
    assert.truthy(transport:last().url:find("/kit/other/meetings/m1", 1, true))
  end)

  it("makes the call return what it finds", function()
    local client, transport = clients.fake({ lost, ok })
    local meeting = assert(client.meetings:create({}, {
      reconcile = function(same)
        same._channel.runtime:sleep(2)
        return { id = "m7" }
      end,
    }))
    assert.equal("m7", meeting.id)
    assert.equal(1, rtk.response(meeting).attempts)
    assert.is_nil(rtk.response(meeting).status)
    assert.is_true(math.abs(rtk.response(meeting).elapsed - 2.01) < 1e-9)
    assert(meeting:reload())
    assert.equal(2, #transport.requests)
  end)

  it("returns an object of another call unchanged", function()
    local client = clients.fake({ lost, { status = 503 }, ok })
    local found
    local meeting = client.meetings:create({}, {
      reconcile = function(same)
        found = same.meetings:get("m1")
        return found
      end,
    })
    assert.equal(found, meeting)
    assert.equal(2, rtk.response(meeting).attempts)
    assert.equal(200, rtk.response(meeting).status)
  end)

  it("works for calls that return plain data, and for client:request", function()
    local client = clients.fake({ lost })
    local poll = client.active_session:create_poll("m1", {}, { reconcile = returning({ a = 1 }) })
    assert.same({ a = 1 }, poll)
    assert.equal(1, rtk.response(poll).attempts)
    local seen
    local reply = client:request({
      method = "POST",
      path = "/x",
      body = { b = 2 },
      reconcile = function(_, request)
        seen = request
        return { success = true }
      end,
    })
    assert.same({ success = true }, reply)
    assert.equal("POST /x", seen.operation)
    assert.same({ b = 2 }, seen.body)
    assert.equal(1, rtk.response(reply).attempts)
  end)

  it("keeps the failure when it cannot tell, and adds the reason", function()
    local client, transport = clients.fake({ lost })
    local plain = select(2, client.meetings:create({}))
    local meeting, message, err = client.meetings:create({}, { reconcile = returning(nil) })
    assert.is_nil(meeting)
    assert.equal(plain, message)
    assert.is_true(err.maybe_executed)
    meeting, message, err = client.meetings:create({}, { reconcile = returning(nil, "too many") })
    assert.is_nil(meeting)
    assert.equal(plain .. "; reconcile: too many", message)
    assert.equal(message, err.message)
    local mute = setmetatable({}, { __tostring = error })
    message = select(2, client.meetings:create({}, { reconcile = returning(nil, mute) }))
    assert.equal(plain .. "; reconcile: an error that cannot be shown", message)
    assert.equal(4, #transport.requests)
  end)

  it("sends the call again when it had no effect", function()
    local client, transport, waits = clients.fake({ lost, ok })
    local meeting = assert(client.meetings:create({}, { reconcile = returning(false) }))
    assert.equal(2, #transport.requests)
    assert.equal(2, rtk.response(meeting).attempts)
    assert.equal(1, #waits)
  end)

  it("runs again after every ambiguous attempt, up to max_retries", function()
    local asked = 0
    local function find()
      asked = asked + 1
      return false
    end
    local client, transport = clients.fake({ lost, { status = 200, text = "<html>" }, lost })
    local _, _, err = client.meetings:create({}, { reconcile = find })
    assert.equal(3, #transport.requests)
    assert.equal(3, asked)
    assert.equal(3, err.attempts)
    assert.is_false(err.maybe_executed)
  end)

  it("ends with a later failure that is not ambiguous", function()
    local refused = { status = 422, json = { success = false, error = { message = "no" } } }
    local client = clients.fake({ lost, refused })
    local _, _, err = client.meetings:create({}, { reconcile = returning(false) })
    assert.equal("invalid", err.kind)
    assert.equal(2, err.attempts)
    assert.is_false(err.maybe_executed)
  end)

  it("respects total_timeout when it sends the call again", function()
    local slow = { kind = "timeout", message = "late", sent = true, elapsed = 9.9999 }
    local client, transport = clients.fake({ slow, ok })
    local _, message = client.meetings:create({}, {
      total_timeout = 10,
      reconcile = function(same)
        same._channel.runtime:sleep(1)
        return false
      end,
    })
    assert.truthy(message:find("total_timeout left no time", 1, true), message)
    assert.equal(1, #transport.requests)
  end)

  it("does not run when the call had no effect or succeeded", function()
    local refused = { kind = "connection", message = "refused", sent = false }
    local invalid = { status = 400, json = { success = false } }
    local cancelled = { kind = "cancelled", message = "closed", sent = true }
    for _, answers in ipairs({ { ok }, { refused }, { invalid }, { cancelled } }) do
      local client = clients.fake(answers)
      client.meetings:create({}, {
        reconcile = function()
          error("asked")
        end,
      })
    end
  end)

  it("may raise: the caller receives the error, and the client keeps working", function()
    local client = clients.fake({ lost, ok })
    local problem = {}
    local ok_, raised = pcall(client.meetings.create, client.meetings, {}, {
      reconcile = function()
        error(problem)
      end,
    })
    assert.is_false(ok_)
    assert.equal(problem, raised)
    assert(client.meetings:get("m1"))
  end)

  it("must return a table, false or nil", function()
    local client = clients.fake({ lost })
    local message = clients.misuse_of(function()
      client.meetings:create({}, { reconcile = returning(true) })
    end)
    assert.truthy(message:find("reconcile_spec.lua", 1, true), message)
    assert.truthy(message:find("must return a table, false or nil", 1, true), message)
  end)

  it("is refused for calls that rtk repeats", function()
    local client, transport = clients.fake({ ok })
    for operation, call in pairs({
      ["GET /meetings/{meeting_id}"] = function(options)
        client.meetings:get("m1", nil, options)
      end,
      ["GET /meetings"] = function(options)
        client.meetings:each({}, options)
      end,
      ["POST /meetings/{meeting_id}/active-session/kick-all"] = function(options)
        client.active_session:kick_all("m1", nil, options)
      end,
      ["DELETE"] = function(options)
        client:request({ method = "DELETE", path = "/x", reconcile = options.reconcile })
      end,
    }) do
      local message = clients.misuse_of(call, { reconcile = returning(nil) })
      assert.truthy(message:find("reconcile has no use for " .. operation, 1, true), message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("emits its outcome as an event", function()
    for outcome, find in pairs({
      found = returning({ id = "m1" }),
      absent = returning(false),
      unknown = returning(nil),
    }) do
      local events = {}
      local client = clients.fake({ { status = 502 }, ok }, {
        on_event = function(event)
          if event.type == "reconcile" then events[#events + 1] = event end
        end,
      })
      client.meetings:create({}, { reconcile = find })
      assert.equal(1, #events)
      assert.equal(outcome, events[1].outcome)
      assert.equal("server", events[1].kind)
      assert.equal(502, events[1].status)
    end
  end)

  it("finds a meeting whose answer was lost, by its title", function()
    local api = emulator.new({})
    local client = api:client({})
    api:fault({ operation = "POST /meetings", kind = "close", after = true })
    local meeting = assert(client.meetings:create({ title = "Stand-up 2026-01-31" }, {
      reconcile = function(same, request)
        for found in same.meetings:each({ search = request.body.title }) do
          if found.title == request.body.title then return found end
        end
        return false
      end,
    }))
    assert.equal("Stand-up 2026-01-31", meeting.title)
    assert.equal(1, client.meetings:list().paging.total_count)
  end)
end)
