-- SPDX-License-Identifier: MIT
-- The time and the limiter of jobs that make several calls: both hold for all calls and all pages.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local PERSON = { custom_participant_id = "eve", name = "Eve", preset_name = "group_call_host" }
local HOOK = { url = "https://example.com", name = "w", events = { "meeting.started" } }

local TOTAL, LATENCY = 15, 10 -- seconds

local jobs = {
  ["meetings:ensure"] = function(client, _, options)
    return client.meetings:ensure({ title = "Class" }, options)
  end,
  ["meetings:ensure_participant"] = function(client, meeting, options)
    return client.meetings:ensure_participant(meeting.id, PERSON, options)
  end,
  ["meetings:find_participant"] = function(client, meeting, options)
    return client.meetings:find_participant(meeting.id, { name = "Eve" }, options)
  end,
  ["meetings:present"] = function(client, meeting, options)
    return client.meetings:present(meeting.id, options)
  end,
  ["presets:ensure"] = function(client, _, options)
    return client.presets:ensure(rtk.preset({ name = "webinar" }), options)
  end,
  ["presets:copy"] = function(client, _, options)
    return client.presets:copy(client.presets:list()[1].id, "webinar 2", {}, options)
  end,
  ["webhooks:ensure"] = function(client, _, options)
    return client.webhooks:ensure(HOOK, options)
  end,
  ["recordings:ensure_started"] = function(client, meeting, options)
    return client.recordings:ensure_started(meeting.id, {}, options)
  end,
  ["recordings:stop_if_running"] = function(client, meeting, options)
    return client.recordings:stop_if_running(meeting.id, options)
  end,
  ["livestreams:ensure_started"] = function(client, meeting, options)
    return client.livestreams:ensure_started(meeting.id, {}, options)
  end,
  ["sessions:attendance"] = function(client, meeting, options)
    local session = client.sessions:list({ associated_id = meeting.id })[1]
    return client.sessions:attendance(session.id, options)
  end,
  ["sessions:stale"] = function(client, _, options)
    return client.sessions:stale({ older_than = 0 }, options)
  end,
  ["meetings:close"] = function(client, meeting, options)
    return client.meetings:close(meeting.id, options)
  end,
  ["sessions:reap"] = function(client, _, options)
    return client.sessions:reap({ older_than = 0 }, options)
  end,
}

describe("a job of several calls", function()
  local emulator, meeting

  local function join(at, name)
    local participant = assert(at:add_participant({
      custom_participant_id = name,
      name = name,
      preset_name = "group_call_host",
    }))
    assert(emulator:join({ meeting_id = at.id, participant_id = participant.id }))
  end

  -- Every page has one item, and there are several of each kind.
  local function start()
    emulator = new_emulator({ max_per_page = 1 })
    local client = emulator:client()
    for index = 1, 3 do
      meeting = assert(client.meetings:create({ title = "Class " .. index }))
      join(meeting, "ann")
    end
    join(meeting, "bob")
    assert(client.recordings:start({ meeting_id = meeting.id }))
    assert(client.livestreams:start(meeting.id))
    emulator:advance(10)
  end

  before_each(start)

  -- A client whose calls with the tag take a long time.
  local function slow_client(options)
    options.runtime = clients.emulated_runtime(emulator)
    options.on_event = function(event)
      if event.type ~= "request" then return end
      if event.tag == "slow" then emulator:fault({ kind = "latency", delay = LATENCY }) end
    end
    return emulator:client(options)
  end

  for name, job in pairs(jobs) do
    it("keeps to its time with all of them: " .. name, function()
      for _, options in ipairs({ { tag = "slow", total_timeout = TOTAL }, { tag = "slow" } }) do
        local client = slow_client({ total_timeout = not options.total_timeout and TOTAL or nil })
        local started = emulator.clock:now()
        local value, message, err = job(client, meeting, options)
        assert.is_nil(value)
        assert.is_string(message)
        assert.equal("timeout", err.kind)
        local seconds = (emulator.clock:now() - started) / 1000
        assert.is_true(seconds > LATENCY and seconds <= TOTAL + 0.1, seconds)
        start()
      end
    end)

    it("asks the limiter before each of them: " .. name, function()
      local asked = 0
      local client = emulator:client({
        rate_limit = {
          admit = function()
            asked = asked + 1
            return 0
          end,
          observe = function() end,
        },
      })
      local before = #emulator:journal()
      assert.is_not_nil((job(client, meeting)))
      assert.equal(#emulator:journal() - before, asked)
      assert.is_true(asked > 1)
    end)
  end

  it("says what it has done when its time is over: close, reap", function()
    local client = slow_client({})
    local options = { tag = "slow", total_timeout = 45 }
    local _, _, err = client.meetings:close(meeting.id, options)
    assert.equal(1, #err.done.recordings)
    _, _, err = client.sessions:reap({ older_than = 0 }, options)
    assert.equal("timeout", err.kind)
    assert.equal(1, #err.done.ended)
    assert.equal(1, #err.done.failed)
  end)
end)
