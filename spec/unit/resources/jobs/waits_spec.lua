-- SPDX-License-Identifier: MIT
-- Waits of objects, on the emulator's clock and in tasks while it is advanced.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

describe("a wait for", function()
  local emulator, client, meeting, runtime

  before_each(function()
    emulator = new_emulator()
    runtime = clients.emulated_runtime(emulator)
    client = emulator:client({ runtime = runtime, max_retries = 0 })
    meeting = assert(client.meetings:create({ title = "T" }))
  end)

  local function now()
    return emulator.clock:now() / 1000
  end

  local function requests(operation)
    local count = 0
    for _, entry in ipairs(emulator:journal()) do
      if entry.operation == operation then count = count + 1 end
    end
    return count
  end

  local function join()
    local ann = assert(meeting:add_participant({
      name = "Ann",
      preset_name = "group_call_host",
      custom_participant_id = "ann",
    }))
    assert(emulator:join({ meeting_id = meeting.id, participant_id = ann.id }))
    return ann
  end

  local function record()
    return assert(client.recordings:start({ meeting_id = meeting.id }))
  end

  describe("a recording", function()
    it("returns it with the status, and its links when it is uploaded", function()
      local recording = record()
      assert.equal(recording, recording:wait({ status = "RECORDING" }))
      assert.equal("RECORDING", recording.status)
      emulator:advance(60)
      assert(recording:stop())
      assert.equal(recording, recording:wait())
      assert.equal("UPLOADED", recording.status)
      assert.is_string(recording.download_url)
    end)

    it("is content with one of several statuses", function()
      local recording = record()
      assert(recording:wait({ status = { "PAUSED", "RECORDING" } }))
      assert.equal("RECORDING", recording.status)
    end)

    it("pauses longer and longer, and never waits past its time", function()
      local recording = record()
      recording:wait({ status = "RECORDING" })
      local started = now()
      local nothing, message, err = recording:wait({ status = "UPLOADED", timeout = 100 })
      assert.is_nil(nothing)
      assert.same({ "timeout", "not_reached" }, { err.kind, err.reason })
      local expected = "the recording has not become UPLOADED within 100 seconds: it is RECORDING"
      assert.equal(expected, message)
      assert.equal(message, err.message)
      assert.is_true(now() - started <= 100, now() - started)
      assert.is_true(now() - started >= 98, now() - started)
      assert.is_true(requests("GET /recordings/{recording_id}") < 25)
    end)

    it("outlasts failures that pass, each way", function()
      for _, fault in ipairs({
        { kind = "close" },
        { kind = "status", status = 503 },
        { kind = "status", status = 429 },
        { kind = "close", after = true },
      }) do
        local recording = record()
        fault.operation, fault.times = "GET /recordings/{recording_id}", 3
        emulator:fault(fault)
        assert(recording:wait({ status = "RECORDING", timeout = 600 }))
        assert(recording:stop())
      end
    end)

    it("names the failure that lasted longer", function()
      local recording = record()
      emulator:fault({
        operation = "GET /recordings/{recording_id}",
        kind = "status",
        status = 503,
        times = 1000,
      })
      local _, message, err = recording:wait({ timeout = 10 })
      assert.equal("timeout", err.kind)
      assert.equal("server", err.cause.kind)
      assert.truthy(message:find("503", 1, true), message)
    end)

    it("ends with other failures at once", function()
      local recording = record()
      emulator:fault({
        operation = "GET /recordings/{recording_id}",
        kind = "status",
        status = 403,
        times = 1,
      })
      local nothing, _, err = recording:wait()
      assert.is_nil(nothing)
      assert.equal("permission", err.kind)
      assert.same({}, runtime.waits)
    end)

    it("ends with the reason when it is ERRORED", function()
      local recording = record()
      emulator:fail_recording({ id = recording.id })
      local nothing, message, err = recording:wait()
      assert.is_nil(nothing)
      assert.same({ "api", "errored" }, { err.kind, err.reason })
      assert.truthy(message:find("ERRORED: INTERNAL_ERROR", 1, true), message)
      assert.equal("ERRORED", recording.status)
      assert.equal(recording, recording:wait({ status = { "UPLOADED", "ERRORED" } }))
    end)

    it("ends when it is past all that is waited for", function()
      local recording = record()
      recording:wait({ status = "RECORDING" })
      assert(recording:stop())
      local nothing, message, err = recording:wait({ status = { "RECORDING", "PAUSED" } })
      assert.is_nil(nothing)
      assert.same({ "conflict", "passed" }, { err.kind, err.reason })
      assert.truthy(message:find("UPLOADING", 1, true), message)
    end)

    it("gives no call more time than is left", function()
      local fake, transport = clients.fake({
        { json = { data = { id = "r1", status = "INVOKED" } } },
      })
      local recording = fake.recordings:get("r1")
      local _, _, err = recording:wait({ timeout = 20 })
      assert.equal("timeout", err.kind)
      for index = 2, #transport.requests do
        assert.is_true(transport.requests[index].timeout <= 20)
      end
      assert.is_true(transport:last().timeout <= 1.5, transport:last().timeout)
    end)

    it("raises for a status that there is not, and for options that it does not have", function()
      local recording = record()
      for words, wait in pairs({
        ['did you mean "UPLOADED"?'] = { status = "UPLOADD" },
        ["there is no status"] = { status = { "RECORDING", "LIVE" } },
        ["at least one status"] = { status = {} },
        ["status must be a string"] = { status = 5 },
        ["unknown option timout"] = { timout = 5 },
        ["timeout must be"] = { timeout = -1 },
      }) do
        local message = clients.misuse_of(function()
          recording:wait(wait)
        end)
        assert.truthy(message:find(words, 1, true), message)
        assert.truthy(message:find("waits_spec.lua", 1, true), message)
      end
      assert.equal(0, requests("GET /recordings/{recording_id}"))
    end)
  end)

  describe("a livestream", function()
    it("returns it when it is LIVE, and when it is IDLE again", function()
      local livestream = assert(client.livestreams:start(meeting.id))
      assert.equal(livestream, livestream:wait())
      assert.equal("LIVE", livestream.status)
      assert(client.livestreams:stop(meeting.id))
      assert(livestream:wait({ status = "IDLE" }))
      assert.equal("IDLE", livestream.status)
    end)

    it("ends with the reason when it is ERRORED", function()
      local livestream = assert(client.livestreams:start(meeting.id))
      emulator:fail_livestream({ id = livestream.id, message = "no signal" })
      local nothing, message, err = livestream:wait()
      assert.is_nil(nothing)
      assert.same({ "api", "errored" }, { err.kind, err.reason })
      assert.truthy(message:find("ERRORED: no signal", 1, true), message)
    end)
  end)

  describe("a livestream that is slow to say why it is ERRORED", function()
    it("ends in time", function()
      local livestream = assert(client.livestreams:start(meeting.id))
      emulator:fail_livestream({ id = livestream.id, message = "no signal" })
      emulator:fault({ kind = "latency", delay = 9, times = 2 })
      local started = now()
      local nothing, message, err = livestream:wait({ timeout = 10 })
      assert.is_nil(nothing)
      assert.equal("errored", err.reason)
      assert.truthy(message:find("ERRORED", 1, true), message)
      assert.is_true(now() - started <= 10.1, now() - started)
    end)
  end)

  describe("a session", function()
    it("returns it when it has ended", function()
      local ann = join()
      local session = assert(meeting:active_session())
      emulator:leave({ meeting_id = meeting.id, participant_id = ann.id })
      assert.equal(session, session:wait({ timeout = 600 }))
      assert.equal("ENDED", session.status)
      assert.is_string(session.ended_at)
      assert.equal("passed", select(3, session:wait({ status = "LIVE" })).reason)
    end)
  end)

  describe("a meeting to be live", function()
    it("returns the session", function()
      local waited = 0
      local patient = emulator:client({
        runtime = {
          new = function(transport)
            local inner = runtime.new(transport)
            local sleep = inner.sleep
            function inner.sleep(...)
              sleep(...)
              waited = waited + 1
              if waited == 3 then join() end
            end
            return inner
          end,
        },
      })
      local session = assert(patient.meetings:get(meeting.id)):wait_live({ timeout = 60 })
      assert.equal("LIVE", session.status)
      assert.equal(meeting.id, session.associated_id)
      assert.equal(3, waited)
    end)

    it("ends when the time is over, and waits for nothing else", function()
      local _, message, err = meeting:wait_live({ timeout = 5 })
      assert.equal("timeout", err.kind)
      assert.equal("the meeting has not become live within 5 seconds", message)
      message = clients.misuse_of(function()
        meeting:wait_live({ status = "LIVE" })
      end)
      assert.truthy(message:find("unknown option status", 1, true), message)
    end)
  end)

  it("several things go on together while the emulator is advanced", function()
    local plain = emulator:client()
    local recording = assert(plain.recordings:start({ meeting_id = meeting.id }))
    local livestream = assert(plain.livestreams:start(meeting.id))
    local same = assert(plain.meetings:get(meeting.id))
    local wait = { interval = 0.001, timeout = 600 }
    local results = rtk.gather({
      function()
        return recording:wait({ status = "RECORDING", interval = 0.001 })
      end,
      function()
        return livestream:wait(wait)
      end,
      function()
        return same:wait_live(wait)
      end,
      function()
        rtk.sleep(0.005)
        emulator:advance(5)
        join()
      end,
    })
    assert.equal(recording, results[1][2])
    assert.equal(livestream, results[2][2])
    assert.equal("LIVE", results[3][2].status)
  end)
end)
