-- SPDX-License-Identifier: MIT
-- Ensure methods of a program that dies at any step, before or after the emulator has executed it,
-- and begins again: the emulator has one object afterwards, and the second run returns it.

local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local MOST_STEPS = 20

local PERSON = { custom_participant_id = "ann", name = "Ann", preset_name = "group_call_host" }
local TEACHER = rtk.preset({ name = "teacher", role = "host" })
local HOOK = { url = "https://example.com", name = "w", events = { "meeting.started" } }

local function with(fields, changes)
  local copy = {}
  for _, part in ipairs({ fields, changes }) do
    for name, value in pairs(part) do
      copy[name] = value
    end
  end
  return copy
end

-- What is to be ensured; what other programs may have left before; what there is of it.
local cases = {
  {
    title = "meetings:ensure",
    ensure = function(client)
      return client.meetings:ensure({ title = "Class", persist_chat = true })
    end,
    left = {
      function(client)
        assert(client.meetings:create({ title = "Class" }))
      end,
    },
    each = function(client)
      return client.meetings:each({ search = "Class", status = "ACTIVE" })
    end,
  },
  {
    title = "meetings:ensure_participant",
    ensure = function(client, meeting_id)
      return client.meetings:ensure_participant(meeting_id, PERSON)
    end,
    left = {
      function(client, meeting_id)
        assert(client.meetings:add_participant(meeting_id, with(PERSON, { name = "A" })))
      end,
      function(client, meeting_id)
        for _ = 1, 3 do
          assert(client.meetings:add_participant(meeting_id, PERSON))
        end
      end,
    },
    each = function(client, meeting_id)
      return client.meetings:each_participant(meeting_id)
    end,
  },
  {
    title = "presets:ensure",
    ensure = function(client)
      return client.presets:ensure(TEACHER)
    end,
    left = {
      function(client)
        assert(client.presets:create(rtk.preset({ name = "teacher" })))
      end,
    },
    each = function(client)
      return client.presets:each({ search = "teacher" })
    end,
  },
  {
    title = "webhooks:ensure",
    ensure = function(client)
      return client.webhooks:ensure(HOOK)
    end,
    left = {
      function(client)
        assert(client.webhooks:create(with(HOOK, { name = "v" })))
      end,
    },
    each = function(client)
      return client.webhooks:each()
    end,
  },
  {
    title = "recordings:ensure_started",
    ensure = function(client, meeting_id)
      return client.recordings:ensure_started(meeting_id)
    end,
    left = {
      function(client, meeting_id)
        assert(client.recordings:start({ meeting_id = meeting_id }))
      end,
    },
    each = function(client)
      return client.recordings:each()
    end,
  },
  {
    title = "livestreams:ensure_started",
    ensure = function(client, meeting_id)
      return client.livestreams:ensure_started(meeting_id)
    end,
    left = {
      function(client, meeting_id)
        assert(client.livestreams:start(meeting_id))
      end,
    },
    each = function(client)
      return client.livestreams:each()
    end,
  },
}

-- Options of a client whose program dies at its n-th event of a type.
local function dying(event_type, step)
  return {
    on_event = function(event)
      if event.type ~= event_type then return end
      step = step - 1
      if step == 0 then error("the program dies", 0) end
    end,
  }
end

-- Whether the program died before it had done all.
local function run(case, prepare, event_type, step)
  local emulator = new_emulator()
  local client = emulator:client()
  local meeting_id = assert(client.meetings:create({ title = "Room" })).id
  prepare(client, meeting_id)
  local ended = pcall(case.ensure, emulator:client(dying(event_type, step)), meeting_id)
  local object = assert(case.ensure(client, meeting_id))
  local ids = {}
  for item in case.each(client, meeting_id) do
    ids[#ids + 1] = item.id
  end
  assert.same({ object.id }, ids, ("%s, %s %d"):format(case.title, event_type, step))
  assert.is_truthy(select(2, case.ensure(client, meeting_id)):find("^[fu]"), "found or unchanged")
  return not ended
end

local function nothing() end

describe("a program that dies at any step and begins again", function()
  for _, case in ipairs(cases) do
    it("has one object in the end: " .. case.title, function()
      for index = 0, #case.left do
        for _, event_type in ipairs({ "request", "response" }) do
          local step = 1
          while run(case, case.left[index] or nothing, event_type, step) do
            step = step + 1
            assert(step < MOST_STEPS, "it dies at every step")
          end
          assert.is_true(step > 1)
        end
      end
    end)
  end
end)
