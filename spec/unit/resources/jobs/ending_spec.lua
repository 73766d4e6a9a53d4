-- SPDX-License-Identifier: MIT
-- meetings:close, sessions:stale and sessions:reap, with the emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local STEPS = {
  "PUT /recordings/{recording_id}",
  "POST /meetings/{meeting_id}/active-livestream/stop",
  "POST /meetings/{meeting_id}/active-session/kick-all",
  "PATCH /meetings/{meeting_id}",
}

describe("ending", function()
  local emulator, client, meeting

  before_each(function()
    emulator = new_emulator()
    client = emulator:client({ runtime = clients.emulated_runtime(emulator) })
    meeting = assert(client.meetings:create({ title = "T" }))
  end)

  local function join(name, at)
    at = at or meeting
    local participant = assert(at:add_participant({
      name = name,
      preset_name = "group_call_host",
      custom_participant_id = name,
    }))
    assert(emulator:join({ meeting_id = at.id, participant_id = participant.id }))
  end

  local function status_of(id)
    return assert(client.recordings:get(id)).status
  end

  -- The changes that were executed since the last call of this, in order.
  local seen = 0
  local function changes()
    local found, journal = {}, emulator:journal()
    for index = seen + 1, #journal do
      local entry = journal[index]
      local is_change = entry.executed and entry.operation:sub(1, 4) ~= "GET "
      -- A PATCH whose answer is lost comes twice.
      if is_change and entry.operation ~= found[#found] then found[#found + 1] = entry.operation end
    end
    seen = #journal
    return found
  end

  local function in_full()
    join("ann")
    join("bob")
    local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
    assert(client.livestreams:start(meeting.id))
    emulator:advance(10)
    seen = #emulator:journal()
    return recording.id
  end

  local function assert_closed(recording_id)
    assert.is_false(client.active_session:find(meeting.id))
    assert.equal("INACTIVE", assert(client.meetings:get(meeting.id)).status)
    emulator:advance(10)
    assert.equal("UPLOADED", status_of(recording_id))
    assert.equal("IDLE", assert(client.livestreams:list())[1].status)
  end

  describe("meetings:close", function()
    it("ends a call for all, in order, and returns what it did", function()
      local recording_id = in_full()
      local done = assert(client.meetings:close(meeting.id))
      assert.same(STEPS, changes())
      assert.same({ recording_id }, done.recordings)
      assert.same({ true, 2, true }, { done.livestream, done.kicked, done.deactivated })
      assert.equal("INACTIVE", done.meeting.status)
      assert_closed(recording_id)
    end)

    it("finds nothing to do the second time, and in a meeting that is over", function()
      local recording_id = in_full()
      assert(client.meetings:close(meeting.id))
      changes()
      for _ = 1, 2 do
        local done = assert(client.meetings:close(meeting.id))
        assert.same({}, changes())
        assert.equal("[]", rtk.encode(done.recordings))
        assert.same({ false, 0, false }, { done.livestream, done.kicked, done.deactivated })
        emulator:advance(30)
      end
      assert_closed(recording_id)
    end)

    it("is a method of a meeting, which it brings up to date", function()
      in_full()
      local done = assert(meeting:close())
      assert.equal(2, done.kicked)
      assert.equal("INACTIVE", meeting.status)
      assert.equal("T", meeting.title)
    end)

    it("stops all recordings of the meeting, and no others", function()
      local recording_id = in_full()
      local more = assert(client.recordings:start({
        meeting_id = meeting.id,
        allow_multiple_recordings = true,
      }))
      local other = assert(client.meetings:create({ title = "O" }))
      local apart = assert(client.recordings:start({ meeting_id = other.id }))
      local done = assert(meeting:close())
      table.sort(done.recordings)
      local expected = { recording_id, more.id }
      table.sort(expected)
      assert.same(expected, done.recordings)
      assert.truthy(("INVOKED RECORDING"):find(status_of(apart.id), 1, true))
    end)

    it("does not stop other meetings' recordings, though the API gives them too", function()
      local list = {
        { id = "r1", status = "RECORDING", meeting_id = "other" },
        { id = "r2", status = "RECORDING", meeting = { id = "other" } },
        { id = "r3", status = "UPLOADING", meeting_id = "m1" },
      }
      local paging = { total_count = 3, start_offset = 1, end_offset = 3 }
      local absent = { status = 404, json = { success = false, error = { message = "none" } } }
      local fake, transport = clients.fake({
        { json = { success = true, data = list, paging = paging } },
        absent,
        absent,
        { json = { success = true, data = { id = "m1", status = "INACTIVE" } } },
        absent,
      })
      assert.same({}, assert(fake.meetings:close("m1")).recordings)
      assert.equal(5, #transport.requests)
    end)

    for _, operation in ipairs(STEPS) do
      for _, after in ipairs({ true, false }) do
        local when = after and "its answer" or "its request"
        it("gets over losing " .. when .. ": " .. operation, function()
          local recording_id = in_full()
          emulator:fault({ operation = operation, kind = "close", after = after, times = 1 })
          assert(client.meetings:close(meeting.id))
          assert.same(STEPS, changes())
          assert_closed(recording_id)
        end)
      end

      it(
        "takes the other steps when one fails, and the rest when it is run again: " .. operation,
        function()
          local recording_id = in_full()
          -- Each call has three attempts, and there may be two calls to kick.
          local times = operation == STEPS[3] and 6 or 3
          emulator:fault({ operation = operation, kind = "status", status = 503, times = times })
          local done, message, err = client.meetings:close(meeting.id)
          assert.is_nil(done)
          assert.is_string(message)
          assert.equal("server", err.kind)
          assert.equal(operation, err.operation)
          assert.is_table(err.done.recordings)
          assert.equal(3, #changes())
          assert(client.meetings:close(meeting.id))
          assert_closed(recording_id)
        end
      )
    end

    it("succeeds when only the second kick does", function()
      local recording_id = in_full()
      emulator:fault({ operation = STEPS[3], kind = "status", status = 503, times = 3 })
      assert.equal(2, assert(client.meetings:close(meeting.id)).kicked)
      assert_closed(recording_id)
    end)

    it("removes those who came before the meeting was INACTIVE", function()
      in_full()
      local is_late = true
      local late = emulator:client({
        on_event = function(event)
          if event.type == "request" and event.method == "PATCH" and is_late then
            is_late = false
            join("late")
          end
        end,
      })
      local done = assert(late.meetings:close(meeting.id))
      assert.equal(3, done.kicked)
      assert.is_false(client.active_session:find(meeting.id))
    end)

    it("may run in several tasks at once", function()
      local recording_id = in_full()
      local plain = emulator:client()
      local functions = {}
      for index = 1, 8 do
        functions[index] = function()
          return plain.meetings:close(meeting.id)
        end
      end
      local kicked = 0
      for _, result in ipairs(rtk.gather(functions)) do
        assert.is_true(result[1], result[2])
        kicked = kicked + assert(result[2], result[3]).kicked
      end
      assert.equal(2, kicked)
      assert_closed(recording_id)
    end)

    it("fails for a meeting that there is not, and with a token that is not good", function()
      local done, _, err = client.meetings:close("6ba7b810-9dad-41d1-80b4-00c04fd430c8")
      assert.is_nil(done)
      assert.equal("not_found", err.kind)
      local fake, transport = clients.fake({
        {
          status = 401,
          json = {
            success = false,
            errors = { { code = 10000, message = "Authentication error" } },
          },
        },
      })
      assert.equal("authentication", select(3, fake.meetings:close("m1")).kind)
      assert.equal(1, #transport.requests)
    end)

    it("keeps to total_timeout", function()
      in_full()
      emulator:fault({ operation = STEPS[1], kind = "status", status = 503, times = 1000 })
      local patient = emulator:client({
        runtime = clients.emulated_runtime(emulator),
        max_retries = 1000,
      })
      local started = emulator.clock:now()
      local done = patient.meetings:close(meeting.id, { total_timeout = 30 })
      assert.is_nil(done)
      assert.is_true(emulator.clock:now() - started <= 31000)
      local message = clients.misuse_of(function()
        patient.meetings:close(meeting.id, { reconcile = print })
      end)
      assert.truthy(message:find("leave out reconcile", 1, true), message)
    end)
  end)

  describe("sessions:", function()
    local young

    before_each(function()
      join("ann")
      emulator:advance(7200)
      young = assert(client.meetings:create({ title = "Young" }))
      join("bob", young)
      emulator:advance(60)
      seen = #emulator:journal()
    end)

    local function stale(seconds)
      local found = {}
      for index, session in ipairs(assert(client.sessions:stale({ older_than = seconds }))) do
        found[index] = session.associated_id
      end
      return found
    end

    it("stale finds those that began long ago and are in progress", function()
      assert.same({ meeting.id }, stale(3600))
      assert.same({}, stale(7300))
      assert.equal(2, #stale(30))
      assert(meeting:kick_all())
      assert.same({}, stale(3600))
    end)

    it("stale reads all pages", function()
      for number = 1, 205 do
        join("x", assert(client.meetings:create({ title = "M" .. number })))
      end
      assert.equal(207, #stale(0))
    end)

    it("reap ends them, leaves their meetings active, and says so", function()
      local report = assert(client.sessions:reap({ older_than = 3600 }))
      assert.same({ 1, 0, 0 }, { #report.ended, #report.gone, #report.failed })
      assert.equal(meeting.id, report.ended[1].associated_id)
      assert.same({ STEPS[3] }, changes())
      assert.is_false(client.active_session:find(meeting.id))
      assert(client.active_session:get(young.id))
      assert.equal("ACTIVE", assert(client.meetings:get(meeting.id)).status)
      report = assert(client.sessions:reap({ older_than = 3600 }))
      for _, name in ipairs({ "ended", "gone", "failed" }) do
        assert.equal("[]", rtk.encode(report[name]))
      end
    end)

    it("reap leaves the next session of a meeting alone", function()
      local is_first = true
      local late = emulator:client({
        on_event = function(event)
          if event.type == "response" and event.operation == "GET /sessions" and is_first then
            is_first = false
            client.active_session:kick_all(meeting.id)
            join("next")
          end
        end,
      })
      local report = assert(late.sessions:reap({ older_than = 3600 }))
      assert.same({ 0, 1, 0 }, { #report.ended, #report.gone, #report.failed })
      assert(client.active_session:get(meeting.id))
    end)

    it("reap gets over lost answers, and goes on after a failure", function()
      emulator:fault({ operation = STEPS[3], kind = "close", after = true, times = 1 })
      local report = assert(client.sessions:reap({ older_than = 3600 }))
      assert.same({ 1, 0, 0 }, { #report.ended, #report.gone, #report.failed })
      join("ann")
      emulator:fault({ operation = STEPS[3], kind = "status", status = 403, times = 1 })
      report = assert(client.sessions:reap({ older_than = 0 }))
      assert.same({ 1, 0, 1 }, { #report.ended, #report.gone, #report.failed })
      local failed = report.failed[1]
      assert.same({ "permission", failed.err.message }, { failed.err.kind, failed.message })
      assert.is_string(failed.session.id)
      emulator:fault({ operation = "GET /sessions", kind = "status", status = 403, times = 1 })
      assert.equal("permission", select(3, client.sessions:reap({ older_than = 0 })).kind)
    end)

    it("stale and reap raise without an age", function()
      for words, which in pairs({
        ["older_than, in seconds, is missing"] = {},
        ["unknown option older"] = { older = 5 },
        ["older_than must be"] = { older_than = -1 },
        ["must be a table"] = 5,
      }) do
        for _, method in ipairs({ "stale", "reap" }) do
          local message = clients.misuse_of(function()
            client.sessions[method](client.sessions, which)
          end)
          assert.truthy(message:find(words, 1, true), message)
          assert.truthy(message:find("ending_spec.lua", 1, true), message)
        end
      end
      assert.same({}, changes())
    end)
  end)
end)
