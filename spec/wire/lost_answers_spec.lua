-- SPDX-License-Identifier: MIT
-- Calls whose answers are lost, against an emulator that executed them. They are repeated, find the
-- effect of the first attempt, and succeed.

local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")

-- Of the emulator, and so of its faults.
local SEED = 20240229

local MEETINGS, PROBABILITY = 200, 0.1

local function open_meeting(emu, client, number)
  local meeting = assert(client.meetings:create({ title = "m" .. number }))
  local participant = assert(meeting:add_participant({
    custom_participant_id = "p" .. number,
    name = "P",
    preset_name = "group_call_host",
  }))
  emu:join({ meeting_id = meeting.id, participant_id = participant.id })
  return meeting
end

local function executions(emu, operation)
  local count = 0
  for _, entry in ipairs(emu:journal()) do
    if entry.operation == operation and entry.executed then count = count + 1 end
  end
  return count
end

describe("a call that finds its work done", function()
  local emu, client

  before_each(function()
    emu = emulator.new({ seed = SEED })
    client = emu:client({ runtime = clients.instant_runtime() })
  end)

  -- The answer to the next such call is lost, in one of two ways.
  local function lose(operation, way)
    local fault = way == 1 and { kind = "close" } or { kind = "status", status = 502 }
    fault.operation, fault.after = operation, true
    emu:fault(fault)
  end

  for way, words in ipairs({ "is lost", "becomes 502" }) do
    it("succeeds when its answer " .. words, function()
      local meeting = open_meeting(emu, client, 1)
      local recording = assert(meeting:start_recording())
      assert(meeting:start_livestream())
      emu:advance(10)
      for _, action in ipairs({ "pause", "resume", "stop" }) do
        lose("PUT /recordings/{recording_id}", way)
        local expected = ({ pause = "PAUSED", resume = "RECORDING", stop = "UPLOADING" })[action]
        assert.equal(expected, assert(recording[action](recording)).status)
      end
      lose("POST /meetings/{meeting_id}/active-livestream/stop", way)
      assert(meeting:stop_livestream())
      emu:advance(10)
      lose("POST /meetings/{meeting_id}/active-session/mute", way)
      assert(meeting:mute({ custom_participant_ids = { "p1" } }))
      lose("POST /meetings/{meeting_id}/active-session/mute-all", way)
      assert.equal(1, assert(meeting:mute_all()).muted_participants_count)
      local participant = assert(meeting:participants())[1]
      lose("PUT /meetings/{meeting_id}/participants/{participant_id}", way)
      local body = { custom_participant_id = "p1", preset_name = "group_call_host" }
      assert.is_string(assert(participant:replace(body)).token)
      lose("POST /meetings/{meeting_id}/active-session/kick", way)
      assert(meeting:kick({ custom_participant_ids = { "p1" } }))
      lose("POST /meetings/{meeting_id}/active-session/kick-all", way)
      assert(meeting:kick_all())
      assert.equal(3, executions(emu, "PUT /recordings/{recording_id}"))
      assert.equal(1, executions(emu, "POST /meetings/{meeting_id}/active-livestream/stop"))
      assert.equal(1, executions(emu, "POST /meetings/{meeting_id}/active-session/kick"))
      assert.equal(1, executions(emu, "POST /meetings/{meeting_id}/active-session/kick-all"))
      assert.equal("not_found", select(3, meeting:active_session()).kind)
    end)
  end

  it("makes no failure of 200 kick-alls with 10 % lost answers, and leaves none LIVE", function()
    local meetings = {}
    for number = 1, MEETINGS do
      meetings[number] = open_meeting(emu, client, number)
    end
    local operation = "POST /meetings/{meeting_id}/active-session/kick-all"
    emu:fault({
      operation = operation,
      kind = "close",
      after = true,
      probability = PROBABILITY,
    })
    local attempts = #emu:journal()
    for _, meeting in ipairs(meetings) do
      assert(meeting:kick_all())
    end
    attempts = #emu:journal() - attempts
    assert.is_true(attempts > MEETINGS + MEETINGS * PROBABILITY / 2, attempts)
    assert.equal(MEETINGS, executions(emu, operation))
    assert.equal(0, #assert(client.sessions:list({ status = "LIVE" })))
  end)
end)
