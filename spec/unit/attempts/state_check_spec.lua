-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local lost_answers = require("spec.support.clients.lost_answers")
local rtk = require("rtk")

local LOST = lost_answers.TIMEOUT
local BAD_GATEWAY = lost_answers.BAD_GATEWAY
local REFUSED = lost_answers.REFUSED
local UNROUTED = lost_answers.UNROUTED
local NO_SESSION = lost_answers.NO_SESSION
local result_of = lost_answers.result_of
local service = lost_answers.service

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local function recording(status)
  return { json = { success = true, data = { id = "r1", status = status } } }
end

describe("rtk.attempts.state_check", function()
  it("compares the recording with the requested action after a refusal", function()
    local over = service(400, "The recording is not in progress")
    for name, statuses in pairs({
      stop = { "UPLOADING", "UPLOADED", "ERRORED" },
      pause = { "PAUSED" },
      resume = { "RECORDING" },
    }) do
      for _, status in ipairs(statuses) do
        local found = result_of(name, { LOST, over, recording(status) })
        assert.same({ id = "r1", status = status }, found.value)
        assert.is_function(found.value.reload)
        assert.equal(2, rtk.response(found.value).attempts)
        assert.equal(200, rtk.response(found.value).status)
        assert.same(
          { "PUT /recordings/r1", "PUT /recordings/r1", "GET /recordings/r1" },
          found.requests
        )
      end
    end
  end)

  it("keeps the failure and names the lost answer when the recording differs", function()
    local refused = service(400, "The recording is not paused")
    for name, status in pairs({ stop = "RECORDING", pause = "UPLOADED", resume = "PAUSED" }) do
      for words, lost in pairs({ ["timeout"] = LOST, ["server, HTTP 502"] = BAD_GATEWAY }) do
        local found = result_of(name, { lost, refused, recording(status) })
        assert.is_nil(found.value)
        assert.equal("invalid", found.err.kind)
        assert.equal(2, found.err.attempts)
        assert.is_true(found.err.maybe_executed)
        local expected = (
          "The recording is not paused (HTTP 400, PUT /recordings/r1, 2 attempts)"
          .. "; an earlier attempt's answer was lost (%s)"
        ):format(words)
        assert.equal(expected, found.message)
      end
    end
  end)

  it("keeps the failure when the state cannot be read", function()
    local over = service(400, "The recording is not in progress")
    for _, unreadable in ipairs({
      service(404, "No recording found"),
      service(403, "no"),
      { json = { success = true, data = {} } },
      { kind = "connection", message = "lost", sent = true },
    }) do
      local err = result_of("stop", { LOST, over, unreadable }).err
      assert.equal("invalid", err.kind)
      assert.equal(400, err.status)
    end
  end)

  it("reads nothing when no answer was lost or the failure is unrelated to the state", function()
    local over = service(400, "The recording is not in progress")
    assert.equal(1, #result_of("stop", { over }).requests)
    assert.equal(2, #result_of("stop", { REFUSED, over }).requests)
    for _, answer in ipairs({ service(401, "no"), service(403, "no"), service(404, "none") }) do
      assert.equal(2, #result_of("stop", { LOST, answer }).requests)
    end
    assert.equal(1, #result_of("stop", { LOST }, { max_retries = 0 }).requests)
  end)

  it("accepts that a livestream is still stopping, else reads its state", function()
    local found = result_of("stop_livestream", { LOST, service(400, "It is still stopping") })
    assert.same({}, found.value)
    assert.equal(2, #found.requests)
    local refused = service(400, "The livestream is not in progress")
    local idle = { json = { success = true, data = { id = "l1", status = "IDLE" } } }
    local live = { json = { success = true, data = { id = "l1", status = "LIVE" } } }
    for _, state in ipairs({ service(404, "No active livestream found"), idle }) do
      found = result_of("stop_livestream", { LOST, refused, state })
      assert.same({}, found.value)
      assert.equal("GET /meetings/m1/active-livestream", found.requests[3])
    end
    for _, state in ipairs({ live, UNROUTED }) do
      found = result_of("stop_livestream", { LOST, refused, state })
      assert.equal("invalid", found.err.kind)
      assert.truthy(found.message:find("answer was lost (timeout)", 1, true), found.message)
    end
    assert.equal("invalid", result_of("stop_livestream", { service(400, "is stopping") }).err.kind)
  end)

  it("reads the session when kick-all is refused without a 404", function()
    local refused = service(400, "There is nobody")
    assert.same({}, result_of("kick_all", { LOST, refused, NO_SESSION }).value)
    local session = { json = { success = true, data = { id = "s1", status = "LIVE" } } }
    assert.equal("invalid", result_of("kick_all", { LOST, refused, session }).err.kind)
  end)

  it("reads within the call's time, with its headers and events", function()
    local answers = { LOST, service(400, "not in progress"), recording("UPLOADED") }
    local events = {}
    local client, transport = clients.fake(answers, {
      on_event = function(event)
        events[#events + 1] = event.type .. " " .. event.method
      end,
    })
    assert(client.recordings:stop("r1", { total_timeout = 3, headers = { ["X-A"] = "b" } }))
    local read = transport:last()
    assert.is_true(read.timeout <= 3, read.timeout)
    assert.truthy(table.concat(read.headers, "\n"):find("X-A: b", 1, true))
    assert.same(
      { "request GET", "response GET", "call GET", "call PUT" },
      { unpack(events, #events - 3) }
    )
    assert(clients.fake(answers).recordings:stop("r1"))
    client, transport = clients.fake(answers)
    assert(client.recordings:stop("r1"))
    assert.is_true(transport:last().timeout <= 10)
  end)

  it("reads from the call's app", function()
    local answers = { LOST, service(400, "not in progress"), recording("UPLOADED") }
    local client, transport = clients.fake(answers)
    assert(client.recordings:stop("r1", { app_id = "other" }))
    assert.truthy(transport:last().url:find("/kit/other/recordings/r1$"))
  end)
end)
