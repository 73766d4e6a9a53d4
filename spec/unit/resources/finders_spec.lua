-- SPDX-License-Identifier: MIT
-- Methods that look for something which may not exist, and the short ways from one object to
-- others, with the emulator.

local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("a method that finds", function()
  local client, meeting

  before_each(function()
    client = emulator.new():client()
    meeting = assert(client.meetings:create({ title = "T" }))
  end)

  local function add(name)
    return assert(meeting:add_participant({
      custom_participant_id = name,
      preset_name = "group_call_host",
      name = name,
    }))
  end

  it("gives false where there is nothing, and no error", function()
    for _, find in ipairs({
      function()
        return client.active_session:find(meeting.id)
      end,
      function()
        return client.recordings:find_active(meeting.id)
      end,
      function()
        return client.livestreams:find_active(meeting.id)
      end,
      function()
        return client.meetings:find_participant(meeting.id, { custom_participant_id = "nobody" })
      end,
    }) do
      local found, message, err = find()
      assert.is_false(found)
      assert.is_nil(message)
      assert.is_nil(err)
    end
  end)

  it("gives the object where there is one", function()
    local livestream = assert(meeting:start_livestream({}))
    assert.equal(livestream.id, client.livestreams:find_active(meeting.id).id)
  end)

  it("raises for a value that no item can have", function()
    local function misuse(wanted)
      return clients.misuse_of(
        client.meetings.find_participant,
        client.meetings,
        meeting.id,
        wanted
      )
    end
    local message = misuse({ custom_participant_id = 5 })
    assert.matches("custom_participant_id to find must be a string, got a number", message)
    assert.matches("name to find must be a string, got a userdata", misuse({ name = rtk.null }))
    assert.matches("sip_enabled to find must be a boolean", misuse({ sip_enabled = "yes" }))
  end)

  it("keeps every other failure", function()
    local failing = clients.fake({ { status = 403, json = { success = false } } })
    local found, message, err = failing.active_session:find("m1")
    assert.is_nil(found)
    assert.is_string(message)
    assert.equal("permission", err.kind)
    -- A 404 of a proxy does not know.
    local proxied = clients.fake({ { status = 404, text = "<html>nginx</html>" } })
    found, message, err = proxied.recordings:find_active("m1")
    assert.is_nil(found)
    assert.is_string(message)
    assert.is_string(message)
    assert.equal("not_found", err.kind)
  end)

  it("searches participants across pages, and the one found has its methods", function()
    for number = 1, 130 do
      add("user " .. number)
    end
    for _, name in ipairs({ "user 1", "user 100", "user 101", "user 130" }) do
      local found = assert(client.meetings:find_participant(meeting.id, {
        custom_participant_id = name,
        preset_name = "group_call_host",
      }))
      assert.equal(name, found.name)
      assert.equal(found.id, assert(found:reload()).id)
    end
    assert.is_false((client.meetings:find_participant(meeting.id, {
      custom_participant_id = "user 1",
      name = "user 2",
    })))
  end)

  it("names the page of participants that it could not get", function()
    local items = {}
    for number = 1, 100 do
      items[number] = { id = "p" .. number, custom_participant_id = "c" .. number }
    end
    local half = clients.fake({
      { json = { success = true, data = items, paging = { total_count = 200 } } },
      { status = 403, json = { success = false } },
    })
    local found, message, err =
      half.meetings:find_participant("m1", { custom_participant_id = "c101" })
    assert.is_nil(found)
    assert.is_string(message)
    assert.equal(2, err.page_no)
  end)

  it("raises for fields that no participant has", function()
    for _, fields in ipairs({ {}, "u1", false }) do
      local message = clients.misuse_of(function()
        return client.meetings:find_participant(meeting.id, fields)
      end)
      assert.truthy(message:find("to find", 1, true), message)
    end
    local message = clients.misuse_of(function()
      return client.meetings:find_participant(meeting.id, { custom_participants_id = "x" })
    end)
    assert.truthy(message:find('"custom_participant_id"', 1, true), message)
  end)

  it("adds a participant of a meeting if there is none", function()
    local body = { custom_participant_id = "ann", name = "Ann", preset_name = "group_call_host" }
    local ann, outcome = meeting:ensure_participant(body)
    assert.equal("created", outcome)
    local found
    found, outcome = meeting:ensure_participant(body, { participant_id = ann.id })
    assert.same({ "found", ann.id }, { outcome, found.id })
    assert.is_string(found.token)
  end)

  it("is there for the parts of a meeting, a session and a livestream", function()
    add("a")
    local names = {}
    for participant in meeting:each_participant({ per_page = 1 }) do
      names[#names + 1] = participant.name
    end
    assert.same({ "a" }, names)
    local livestream = assert(meeting:start_livestream({ name = "L" }))
    assert.equal(livestream, assert(livestream:reload()))
    assert.equal("L", livestream.name)
    assert.equal(0, #assert(meeting:recordings()))
    local _, _, err = meeting:active_recording()
    assert.equal("not_found", err.kind)
  end)
end)
