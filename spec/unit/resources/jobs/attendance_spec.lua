-- SPDX-License-Identifier: MIT
-- meetings:present and sessions:attendance.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new

describe("attendance:", function()
  local emulator, client, meeting, people

  before_each(function()
    emulator = new_emulator()
    client = emulator:client({ max_retries = 0 })
    meeting = assert(client.meetings:create({ title = "T" }))
    people = {}
  end)

  local function add(name)
    people[name] = assert(meeting:add_participant({
      name = name,
      preset_name = "group_call_host",
      custom_participant_id = name,
    })).id
  end

  local function join(name)
    if not people[name] then add(name) end
    return assert(emulator:join({ meeting_id = meeting.id, participant_id = people[name] })).id
  end

  local function leave(peer_id)
    assert(emulator:leave({ peer_id = peer_id }))
  end

  local function fail(operation, status, times)
    emulator:fault({ operation = operation, kind = "status", status = status, times = times or 1 })
  end

  describe("meetings:present", function()
    local function names()
      local found = {}
      for index, participant in ipairs(assert(client.meetings:present(meeting.id))) do
        found[index] = participant.custom_participant_id
      end
      table.sort(found)
      return found
    end

    it("has those who are in the meeting, and not those who have left", function()
      assert.same({}, names())
      local ann = join("ann")
      join("bob")
      assert.same({ "ann", "bob" }, names())
      leave(ann)
      assert.same({ "bob" }, names())
      join("ann")
      assert.same({ "ann", "bob" }, names())
      assert(meeting:kick_all())
      assert.same({}, names())
    end)

    it("reads all pages", function()
      for number = 1, 205 do
        join("p" .. number)
      end
      assert.equal(205, #assert(meeting:present()))
    end)

    it("is empty when the session ends between the two calls", function()
      join("ann")
      fail("GET /sessions/{session_id}/participants", 404)
      assert.same({}, client.meetings:present(meeting.id))
    end)

    it("returns the failure of either call", function()
      join("ann")
      for _, operation in ipairs({
        "GET /meetings/{meeting_id}/active-session",
        "GET /sessions/{session_id}/participants",
      }) do
        fail(operation, 503)
        local found, message, err = client.meetings:present(meeting.id)
        assert.is_nil(found)
        assert.is_string(message)
        assert.equal("server", err.kind)
      end
    end)
  end)

  describe("sessions:attendance", function()
    local function session_id()
      return assert(meeting:sessions())[1].id
    end

    it("adds up the times of each person, and counts joins", function()
      local ann = join("ann")
      emulator:advance(10)
      local bob = join("bob")
      emulator:advance(20)
      leave(ann)
      emulator:advance(5)
      ann = join("ann")
      emulator:advance(30)
      leave(ann)
      leave(bob)
      emulator:advance(100)
      local found = assert(client.sessions:attendance(session_id()))
      assert.is_near(60, found.ann.seconds, 0.1)
      assert.equal(2, found.ann.joins)
      assert.is_near(55, found.bob.seconds, 0.1)
      assert.equal(1, found.bob.joins)
      assert.is_near(65, found.ann.left_at - found.ann.joined_at, 0.1)
      assert.same({ "ann", "ann", people.ann, "ann", false }, {
        found.ann.id,
        found.ann.custom_participant_id,
        found.ann.user_id,
        found.ann.name,
        found.ann.is_present,
      })
      local count = 0
      for _ in pairs(found) do
        count = count + 1
      end
      assert.equal(2, count)
    end)

    it("counts once what someone was there for with two devices", function()
      local first = join("ann")
      emulator:advance(10)
      local second = join("ann")
      emulator:advance(10)
      leave(first)
      emulator:advance(10)
      leave(second)
      local found = assert(client.sessions:attendance(session_id())).ann
      assert.is_near(30, found.seconds, 0.1)
      assert.equal(2, found.joins)
    end)

    it("counts those who are there up to the service's time", function()
      join("ann")
      emulator:advance(90)
      local session = assert(meeting:active_session())
      local found = assert(session:attendance()).ann
      assert.is_near(90, found.seconds, 1.1)
      assert.is_true(found.is_present)
      assert.is_nil(found.left_at)
    end)

    it("takes records as they come: without ids, without dates, unfinished, twisted", function()
      local list = {
        {
          id = "1",
          user_id = "u",
          joined_at = "2026-01-31T08:00:00Z",
          left_at = "2026-01-31T08:01:00Z",
        },
        {
          id = "2",
          user_id = "u",
          custom_participant_id = "",
          joined_at = "2026-01-31 08:00:30.5",
        },
        { id = "3", duration = 1.5 },
        { id = "4", custom_participant_id = "c" },
        {
          id = "5",
          custom_participant_id = "t",
          joined_at = "2026-01-31T08:01:00Z",
          left_at = "2026-01-31T08:00:00Z",
        },
      }
      local paging = { total_count = 5, start_offset = 1, end_offset = 5 }
      local fake, transport = clients.fake({
        { json = { success = true, data = { participants = list, paging = paging } } },
        {
          json = {
            success = true,
            data = { id = "s", status = "ENDED", ended_at = "2026-01-31T08:02:00Z" },
          },
        },
      })
      local found = assert(fake.sessions:attendance("s"))
      assert.equal(2, #transport.requests)
      assert.same({ 120, 2, false }, { found.u.seconds, found.u.joins, found.u.is_present })
      assert.equal(90, found["3"].seconds)
      assert.equal(0, found.c.seconds)
      assert.equal(0, found.t.seconds)
      for _, person in pairs(found) do
        assert.equal(1, person.id == "u" and 1 or person.joins)
      end
    end)

    it("reads all pages, and the session only if someone has not left", function()
      for number = 1, 150 do
        leave(join("p" .. number))
      end
      local id, count = session_id(), 0
      fail("GET /sessions/{session_id}", 500, 9)
      local found = assert(client.sessions:attendance(id))
      for _ in pairs(found) do
        count = count + 1
      end
      assert.equal(150, count)
    end)

    it("returns the failure of either call", function()
      join("ann")
      local id = session_id()
      for _, operation in ipairs({
        "GET /sessions/{session_id}/participants",
        "GET /sessions/{session_id}",
      }) do
        fail(operation, 503)
        local found, message, err = client.sessions:attendance(id)
        assert.is_nil(found)
        assert.is_string(message)
        assert.equal("server", err.kind)
      end
    end)
  end)
end)
