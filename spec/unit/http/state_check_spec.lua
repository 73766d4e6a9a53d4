-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

local LOST = { kind = "timeout", message = "timed out", sent = true }
local BAD_GATEWAY = { status = 502, text = "<html>" }
local REFUSED = { kind = "connection", message = "refused", sent = false }

local function service(status, message)
  local failure = { success = false, error = { code = status, message = message } }
  return { status = status, json = failure }
end

local NO_SESSION = service(404, "No active session found for meeting_id m1")
local UNROUTED = {
  status = 404,
  json = { success = false, errors = { { code = 7003, message = "Could not route to /x" } } },
}

local function recording(status)
  return { json = { success = true, data = { id = "r1", status = status } } }
end

local calls = {
  kick = function(client, options)
    return client.active_session:kick("m1", { participant_ids = { "p1" } }, options)
  end,
  kick_all = function(client, options)
    return client.active_session:kick_all("m1", nil, options)
  end,
  stop_livestream = function(client, options)
    return client.livestreams:stop("m1", nil, options)
  end,
  stop = function(client, options)
    return client.recordings:stop("r1", options)
  end,
  pause = function(client, options)
    return client.recordings:pause("r1", options)
  end,
  resume = function(client, options)
    return client.recordings:resume("r1", options)
  end,
  delete = function(client, options)
    return client.webhooks:delete("w1", nil, options)
  end,
}

-- What a call comes to that gets these answers, and the requests "METHOD path" that it made.
local function outcome(name, answers, options, call_options)
  local client, transport = clients.fake(answers, options)
  local value, message, err = calls[name](client, call_options)
  local requests = {}
  for index, request in ipairs(transport.requests) do
    requests[index] = request.method .. " " .. request.url:match("/app(/.*)$")
  end
  return { value = value, message = message, err = err, requests = requests }
end

describe("rtk.http.state_check", function()
  it("takes 404 for success of what ends in absence, after an answer was lost", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      for _, lost in ipairs({ LOST, BAD_GATEWAY, { status = 408 } }) do
        local found = outcome(name, { lost, NO_SESSION })
        assert.same({}, found.value, name)
        assert.equal(2, rtk.response(found.value).attempts)
        assert.equal(404, rtk.response(found.value).status)
        assert.equal(2, #found.requests)
      end
    end
  end)

  it("takes it for what it is when no answer was lost", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      for _, before in ipairs({ REFUSED, { status = 429 }, { status = 425 } }) do
        local err = outcome(name, { before, NO_SESSION }).err
        assert.equal("not_found", err.kind, name)
        assert.is_false(err.maybe_executed)
      end
    end
  end)

  it("does not take a path that leads nowhere, or a 5xx, for absence", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      local err = outcome(name, { LOST, UNROUTED }).err
      assert.equal("not_found", err.kind, name)
      assert.is_true(err.maybe_executed)
      local broken = { status = 500, json = UNROUTED.json }
      assert.equal("not_found", outcome(name, { LOST, broken }).err.kind, name)
    end
  end)

  it("does not take a status without a whole reply for an answer", function()
    for _, name in ipairs({ "kick_all", "delete" }) do
      local cut = { kind = "connection", message = "cut", sent = true, status = 404 }
      local err = outcome(name, { LOST, cut }).err
      assert.equal("connection", err.kind, name)
      assert.is_true(err.maybe_executed)
    end
  end)

  it("reads the recording after a refusal, and compares it with what was asked for", function()
    local over = service(400, "The recording is not in progress")
    for name, statuses in pairs({
      stop = { "UPLOADING", "UPLOADED", "ERRORED" },
      pause = { "PAUSED" },
      resume = { "RECORDING" },
    }) do
      for _, status in ipairs(statuses) do
        local found = outcome(name, { LOST, over, recording(status) })
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

  it("keeps the failure, and names the lost attempt, when the recording is otherwise", function()
    local refusal = service(400, "The recording is not paused")
    for name, status in pairs({ stop = "RECORDING", pause = "UPLOADED", resume = "PAUSED" }) do
      for words, lost in pairs({ ["timeout"] = LOST, ["server, HTTP 502"] = BAD_GATEWAY }) do
        local found = outcome(name, { lost, refusal, recording(status) })
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
      local err = outcome("stop", { LOST, over, unreadable }).err
      assert.equal("invalid", err.kind)
      assert.equal(400, err.status)
    end
  end)

  it("reads nothing when no answer was lost, or the failure says nothing of the state", function()
    local over = service(400, "The recording is not in progress")
    assert.equal(1, #outcome("stop", { over }).requests)
    assert.equal(2, #outcome("stop", { REFUSED, over }).requests)
    for _, answer in ipairs({ service(401, "no"), service(403, "no"), service(404, "none") }) do
      assert.equal(2, #outcome("stop", { LOST, answer }).requests)
    end
    assert.equal(1, #outcome("stop", { LOST }, { max_retries = 0 }).requests)
  end)

  it("takes the word of a livestream that is stopping, and else reads it", function()
    local found = outcome("stop_livestream", { LOST, service(400, "It is still stopping") })
    assert.same({}, found.value)
    assert.equal(2, #found.requests)
    local refusal = service(400, "The livestream is not in progress")
    local idle = { json = { success = true, data = { id = "l1", status = "IDLE" } } }
    local live = { json = { success = true, data = { id = "l1", status = "LIVE" } } }
    for _, state in ipairs({ service(404, "No active livestream found"), idle }) do
      found = outcome("stop_livestream", { LOST, refusal, state })
      assert.same({}, found.value)
      assert.equal("GET /meetings/m1/active-livestream", found.requests[3])
    end
    for _, state in ipairs({ live, UNROUTED }) do
      found = outcome("stop_livestream", { LOST, refusal, state })
      assert.equal("invalid", found.err.kind)
      assert.truthy(found.message:find("answer was lost (timeout)", 1, true), found.message)
    end
    assert.equal("invalid", outcome("stop_livestream", { service(400, "is stopping") }).err.kind)
  end)

  it("looks for the session when kick-all is refused in another way than with 404", function()
    local refusal = service(400, "There is nobody")
    assert.same({}, outcome("kick_all", { LOST, refusal, NO_SESSION }).value)
    local session = { json = { success = true, data = { id = "s1", status = "LIVE" } } }
    assert.equal("invalid", outcome("kick_all", { LOST, refusal, session }).err.kind)
  end)

  it("gives the reading the time that the call has left, its headers and its events", function()
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
    assert.same({ "request GET", "response GET" }, { events[#events - 1], events[#events] })
    assert(clients.fake(answers).recordings:stop("r1"))
    client, transport = clients.fake(answers)
    assert(client.recordings:stop("r1"))
    assert.is_true(transport:last().timeout <= 10)
  end)

  it("reads from the app that the call was made in", function()
    local answers = { LOST, service(400, "not in progress"), recording("UPLOADED") }
    local client, transport = clients.fake(answers)
    assert(client.recordings:stop("r1", { app_id = "other" }))
    assert.truthy(transport:last().url:find("/kit/other/recordings/r1$"))
  end)
end)
