-- SPDX-License-Identifier: MIT
-- recordings:ensure_started, recordings:stop_if_running and livestreams:ensure_started, with the
-- emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new

local START_RECORDING = "POST /recordings"
local START_LIVESTREAM = "POST /meetings/{meeting_id}/livestreams"
local STOP_RECORDING = "PUT /recordings/{recording_id}"

local emulator, client, meeting

local function new_meeting()
  emulator = new_emulator()
  client = emulator:client({ max_retries = 0, runtime = clients.emulated_runtime(emulator) })
  meeting = assert(client.meetings:create({ title = "T" }))
end

local function lose(operation, changes)
  clients.lose_answer(emulator, operation, changes)
end

describe("recordings:ensure_started", function()
  before_each(new_meeting)

  local function ensure(body, options)
    return client.recordings:ensure_started(meeting.id, body, options)
  end

  local function count()
    return #assert(client.recordings:list())
  end

  it("starts a recording, and takes the one that runs afterwards", function()
    local recording, outcome = ensure({ max_seconds = 60 })
    assert.equal("created", outcome)
    assert.equal("INVOKED", recording.status)
    local found
    found, outcome = ensure()
    assert.equal("found", outcome)
    assert.equal(recording.id, found.id)
    emulator:advance(10)
    assert(found:pause())
    found, outcome = ensure()
    assert.same({ "found", "PAUSED" }, { outcome, found.status })
    assert.equal(1, count())
  end)

  it("starts one after the other is over", function()
    local first = assert(ensure())
    assert(first:stop())
    local second, outcome = ensure()
    assert.equal("created", outcome)
    assert.not_equal(first.id, second.id)
  end)

  it("starts one although answers were lost", function()
    for _, after in ipairs({ true, false }) do
      new_meeting()
      lose(START_RECORDING, { after = after, times = 2 })
      local recording, outcome = ensure()
      assert.equal("created", outcome)
      assert.equal("INVOKED", recording.status)
      assert.equal(1, count())
    end
  end)

  it("gives up after three lost answers, and the doubt stays", function()
    lose(START_RECORDING, { times = 3 })
    local recording, message, err = ensure()
    assert.is_nil(recording)
    assert.is_string(message)
    assert.is_true(err.maybe_executed)
    assert.equal("found", select(2, ensure()))
    assert.equal(1, count())
    new_meeting()
    lose(START_RECORDING)
    emulator:fault({ operation = START_RECORDING, kind = "status", status = 403 })
    recording, message, err = ensure()
    assert.is_nil(recording)
    assert.equal(err.message, message)
    assert.same({ "permission", true }, { err.kind, err.maybe_executed })
  end)

  it("returns the error of the step that failed", function()
    assert(ensure())
    local operation = "GET /recordings/active-recording/{meeting_id}"
    emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
    local recording, _, err = ensure()
    assert.is_nil(recording)
    assert.equal("permission", err.kind)
    recording, _, err = client.recordings:ensure_started("00000000-0000-4000-8000-00000000000f")
    assert.is_nil(recording)
    assert.equal("not_found", err.kind)
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      { nil },
      { meeting.id, 5 },
      { meeting.id, { allow_multiple_recordings = true } },
      { meeting.id, { meeting_id = "another" } },
      { meeting.id, {}, { wait = -1 } },
      { meeting.id, {}, { reconcile = ensure } },
      { meeting.id, {}, { participant_id = "p" } },
    }) do
      local message = clients.misuse_of(function()
        client.recordings:ensure_started(arguments[1], arguments[2], arguments[3])
      end)
      assert.truthy(message:find("started_spec", 1, true), message)
    end
  end)
end)

describe("recordings:stop_if_running", function()
  before_each(new_meeting)

  local function stop()
    return client.recordings:stop_if_running(meeting.id)
  end

  it("stops the recording that runs, and gives false where there is none", function()
    assert.is_false(stop())
    local recording = assert(client.recordings:ensure_started(meeting.id))
    local stopped = assert(stop())
    assert.same({ recording.id, "UPLOADING" }, { stopped.id, stopped.status })
    assert.is_false(stop())
  end)

  it("stops it although the answer was lost", function()
    assert(client.recordings:ensure_started(meeting.id))
    lose(STOP_RECORDING)
    assert.equal("UPLOADING", assert(stop()).status)
  end)

  it("fails when the stop was lost and the recording goes on", function()
    assert(client.recordings:ensure_started(meeting.id))
    lose(STOP_RECORDING, { after = false })
    local recording, message, err = stop()
    assert.is_nil(recording)
    assert.is_string(message)
    assert.is_true(err.maybe_executed)
    assert.equal("UPLOADING", assert(stop()).status)
  end)

  -- The service refuses a stop while it is still carrying one out.
  local function stopping(last_answers, options)
    local one = { id = "r1", status = "RECORDING" }
    local refusal = { success = false, error = { message = "The recording is not in progress" } }
    local answers = {
      { json = { success = true, data = one } },
      { status = 400, json = refusal },
      { json = { success = true, data = one } },
    }
    for _, status in ipairs(last_answers) do
      table.insert(answers, { json = { success = true, data = { id = "r1", status = status } } })
    end
    return clients.fake(answers).recordings:stop_if_running("m1", options)
  end

  it("waits for one that is still stopping, but no longer than it may", function()
    assert.equal("UPLOADING", assert(stopping({ "RECORDING", "UPLOADING" })).status)
    local recording, message, err = stopping({}, { wait = 0 })
    assert.is_nil(recording)
    assert.truthy(message:find("not in progress", 1, true), message)
    assert.equal("already_stopped", err.reason)
  end)

  it("returns the error of the step that failed", function()
    assert(client.recordings:ensure_started(meeting.id))
    for _, operation in ipairs({
      "GET /recordings/active-recording/{meeting_id}",
      STOP_RECORDING,
    }) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local recording, _, err = stop()
      assert.is_nil(recording)
      assert.equal("permission", err.kind)
    end
  end)
end)

describe("livestreams:ensure_started", function()
  before_each(new_meeting)

  local function ensure(options)
    return client.livestreams:ensure_started(meeting.id, { name = "N" }, options)
  end

  local function sessions()
    return #assert(client.livestreams:get_of_meeting(meeting.id)).sessions
  end

  it("starts a livestream, and takes the one that runs afterwards", function()
    local livestream, outcome = ensure()
    assert.equal("created", outcome)
    local found
    found, outcome = ensure()
    assert.equal("found", outcome)
    assert.equal(livestream.id, found.id)
    assert.equal(1, sessions())
  end)

  it("waits for one that is still stopping, also after a lost answer", function()
    for _, lost in ipairs({ false, true }) do
      new_meeting()
      assert(ensure())
      emulator:advance(5)
      assert(client.livestreams:stop(meeting.id))
      if lost then lose(START_LIVESTREAM) end
      local livestream, outcome = ensure()
      assert.equal("created", outcome)
      assert.equal("INVOKED", livestream.status)
      assert.equal(2, sessions())
    end
  end)

  it("waits no longer than it may, and says that it is still stopping", function()
    for _, options in ipairs({ { wait = 0 }, { wait = 0.3 }, { total_timeout = 0.3 } }) do
      new_meeting()
      assert(ensure())
      assert(client.livestreams:stop(meeting.id))
      local livestream, message, err = ensure(options)
      assert.is_nil(livestream)
      assert.truthy(message:find("still stopping", 1, true))
      assert.equal("stopping", err.reason)
    end
  end)

  it("starts one although answers were lost", function()
    for _, after in ipairs({ true, false }) do
      new_meeting()
      lose(START_LIVESTREAM, { after = after, times = 2 })
      local _, outcome = ensure({ wait = 0 })
      assert.equal("created", outcome)
      assert.equal(1, sessions())
    end
  end)

  it("returns the error of the step that failed", function()
    emulator:fault({ operation = START_LIVESTREAM, kind = "status", status = 403, times = 1 })
    local livestream, _, err = ensure()
    assert.is_nil(livestream)
    assert.equal("permission", err.kind)
  end)
end)
