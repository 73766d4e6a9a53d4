-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("joining and leaving the emulator's meetings", function()
  local api, room

  before_each(function()
    api = calls.new()
    room = rooms.new(api, { title = "Standup" })
  end)

  local function status()
    return api:data("GET", room.session_path).status
  end

  local function event_names()
    local names = {}
    for i, payload in ipairs(room:events()) do
      names[i] = payload.event:match("[^.]+$")
    end
    return table.concat(names, " ")
  end

  it("starts a session with the first and adds the others to it", function()
    local ann, bob = room:join("Ann"), room:join("Bob")
    assert.equal(ann.session_id, bob.session_id)
    assert.not_equal(ann.id, bob.id)
    assert.equal(room.people.Ann.id, ann.participant_id)
    assert.equal("LIVE", status())
    assert.equal("started participantJoined participantJoined", event_names())
  end)

  it("ends the session when it has been empty for the keep-alive time", function()
    room:join("Ann")
    room:leave("Ann")
    api.emulator:advance(59)
    assert.equal("LIVE", status())
    api.emulator:advance(1)
    assert.equal("ENDED", status())
    assert.equal("started participantJoined participantLeft ended", event_names())
    assert.equal("ALL_PARTICIPANTS_LEFT", room:events("meeting.ended")[1].reason)
  end)

  it("keeps the session when a participant returns in time", function()
    local first = room:join("Ann")
    room:leave("Ann")
    api.emulator:advance(30)
    local again = room:join("Ann")
    assert.equal(first.session_id, again.session_id)
    assert.not_equal(first.id, again.id)
    api.emulator:advance(3600)
    assert.equal("LIVE", status())
  end)

  it("ends the session at once or later, as the meeting wants it", function()
    local impatient = rooms.new(api, { session_keep_alive_time_in_secs = 0 })
    local patient = rooms.new(api, { session_keep_alive_time_in_secs = 600 })
    for _, each in ipairs({ impatient, patient }) do
      each:join("Ann")
      each:leave("Ann")
    end
    assert.equal("ENDED", api:data("GET", impatient.session_path).status)
    api.emulator:advance(599)
    assert.equal("LIVE", api:data("GET", patient.session_path).status)
    api.emulator:advance(1)
    assert.equal("ENDED", api:data("GET", patient.session_path).status)
  end)

  it("starts a new session after one has ended", function()
    local first = room:join("Ann")
    room:leave("Ann")
    api.emulator:advance(60)
    assert.not_equal(first.session_id, room:join("Ann").session_id)
  end)

  it("tells of it in the events' own words", function()
    local peer = room:join("Ann")
    api.emulator:advance(90)
    room:leave("Ann")
    local started = room:events("meeting.started")[1].meeting
    local session = api:data("GET", room.session_path)
    assert.same({
      id = room.id,
      sessionId = peer.session_id,
      title = "Standup",
      roomName = room.id,
      status = "LIVE",
      createdAt = session.created_at,
      startedAt = session.started_at,
      organizedBy = { id = api.emulator.app_id, name = "Default app" },
    }, started)
    local joined = room:events("meeting.participantJoined")[1]
    assert.same(started, joined.meeting)
    local left = room:events("meeting.participantLeft")[1].participant
    assert.is_nil(joined.participant.leftAt)
    assert.equal("2023-11-14T22:14:50", left.leftAt:sub(1, 19))
    left.leftAt = nil
    assert.same(joined.participant, left)
    assert.same({
      peerId = peer.id,
      userDisplayName = "Ann",
      customParticipantId = "Ann",
      clientSpecificId = "Ann",
      joinedAt = session.started_at:sub(1, 20) .. joined.participant.joinedAt:sub(21),
    }, joined.participant)
    api.emulator:advance(60)
    local ended = room:events("meeting.ended")[1].meeting
    assert.equal(api:data("GET", room.session_path).ended_at, ended.endedAt)
    assert.equal("LIVE", ended.status)
  end)

  it("takes ids instead of a token, and another name", function()
    local ann = room:add("Ann")
    local call = { meeting_id = room.id, participant_id = ann.id, name = "Annie" }
    local peer = assert(api.emulator:join(call))
    local shown = api:data("GET", "/sessions/" .. peer.session_id .. "/participants")
    assert.equal("Annie", shown.participants[1].display_name)
  end)

  it("leaves by peer where a participant is there twice", function()
    local first, second = room:join("Ann"), room:join("Ann")
    assert.is_true(api.emulator:leave({ peer_id = second.id }))
    local shown = api:data("GET", room.session_path .. "/participants").participants
    assert.equal(first.id, shown[2].id)
    assert.is_nil(shown[2].left_at)
    assert.is_string(shown[1].left_at)
  end)

  it("unmutes those who may, and lets no one speak who is muted", function()
    local ann = room:join("Ann", "Bob")
    local function call(name, given)
      return { api.emulator[name](api.emulator, given) }
    end
    local function unmute(name)
      return call("unmute", { participant_id = room.people[name].id })
    end
    local path = "/meetings/" .. room.id .. "/active-session/mute-all"
    api:data("POST", path, { allow_unmute = true })
    local line = { peer_id = ann.id, text = "Hello" }
    assert.same({ nil, "the participant is muted" }, call("speak", line))
    assert.same({ true }, call("unmute", { peer_id = ann.id }))
    assert.same({ true }, call("speak", line))
    api:data("POST", path, { allow_unmute = false })
    assert.same({ nil, "the host does not allow to unmute" }, unmute("Ann"))
    assert.same({ nil, "the participant is muted" }, call("speak", line))
    room:leave("Ann")
    assert.same({ nil, "no such participant is in a session" }, unmute("Ann"))
  end)

  it("shows who is in the room, after a restored snapshot too", function()
    local call = { meeting_id = room.id }
    local none = { nil, "no session is in progress in meeting " .. room.id }
    assert.same(none, { api.emulator:room(call) })
    local ann = room:join("Ann")
    local path = "/meetings/" .. room.id .. "/active-session/mute-all"
    api:data("POST", path, { allow_unmute = false })
    local bob = room:join("Bob")
    local function seen(peer, name, is_muted)
      return {
        custom_participant_id = name,
        id = peer.id,
        muted = is_muted,
        name = name,
        participant_id = peer.participant_id,
      }
    end
    local expected = {
      allow_unmute = false,
      participants = { seen(ann, "Ann", true), seen(bob, "Bob", false) },
      session_id = ann.session_id,
    }
    assert.same(expected, api.emulator:room(call))
    local copy = calls.new().emulator
    copy:restore(api.emulator:snapshot())
    assert.same(expected, copy:room(call))
    room:leave("Bob")
    assert.equal(1, #api.emulator:room(call).participants)
    assert.has_error(function()
      api.emulator:room({})
    end, "room needs meeting_id")
  end)

  it("refuses what the service would refuse", function()
    local ann = room:add("Ann")
    local function refusal(call)
      return select(2, api.emulator:join(call))
    end
    local unknown = { meeting_id = UNKNOWN, participant_id = ann.id }
    local words = "No meeting found with id %s in the account %s: account_id and app_id name others"
    assert.equal(words:format(UNKNOWN, api.emulator.account_id), refusal(unknown))
    unknown = { meeting_id = room.id, participant_id = UNKNOWN }
    assert.equal("No user found with id " .. UNKNOWN, refusal(unknown))
    assert.equal("the token is not one of the emulator", refusal({ token = "a.b" }))
    assert.equal(
      "No app found with id x",
      refusal({
        app_id = "x",
        meeting_id = room.id,
        participant_id = ann.id,
      })
    )
    api:data("PATCH", "/meetings/" .. room.id, { status = "INACTIVE" })
    assert.equal("the meeting is INACTIVE", refusal({ token = ann.token }))
    assert.same({}, api:data("GET", "/sessions").sessions)
  end)

  it("refuses tokens that are too old", function()
    local ann = room:add("Ann")
    api.emulator:advance(100 * 86400)
    assert.same({ nil, "the token has expired" }, { api.emulator:join({ token = ann.token }) })
    local path = "/meetings/" .. room.id .. "/participants/" .. ann.id .. "/token"
    assert.truthy(api.emulator:join({ token = api:data("POST", path).token }))
  end)

  it("refuses participants without a name, as observed", function()
    local function join(documented)
      local own = calls.new({ documented = documented })
      local path = "/meetings/" .. own:data("POST", "/meetings", {}).id .. "/participants"
      local body = { custom_participant_id = "c", preset_name = "group_call_host" }
      return own.emulator:join({ token = own:data("POST", path, body).token })
    end
    assert.same({ nil, "0002: the participant has no name" }, { join(false) })
    assert.is_table(join(true))
  end)

  it("refuses to let go those who are not there", function()
    local ann = room:join("Ann")
    local message = "no such participant is in a session"
    for _, call in ipairs({ "leave", "chat", "speak" }) do
      local given = { peer_id = UNKNOWN, text = call ~= "leave" and "x" or nil }
      assert.same({ nil, message }, { api.emulator[call](api.emulator, given) })
    end
    local elsewhere = { peer_id = ann.id, meeting_id = UNKNOWN }
    assert.same({ nil, message }, { api.emulator:leave(elsewhere) })
    room:leave("Ann")
    assert.same({ nil, message }, { api.emulator:leave({ peer_id = ann.id }) })
  end)

  it("raises for calls that make no sense, at the caller's line", function()
    local emu = api.emulator
    for message, call in pairs({
      ['join knows no member "participant"'] = { emu.join, { participant = "x" } },
      ["join: token must be a string"] = { emu.join, { token = 5 } },
      ["join needs token or participant_id"] = { emu.join, {} },
      ["join needs meeting_id"] = { emu.join, { participant_id = "x" } },
      ["leave takes one table"] = { emu.leave, "x" },
      ["leave needs peer_id or participant_id"] = { emu.leave, {} },
      ["chat needs text"] = { emu.chat, { peer_id = "x" } },
      ["chat: type must be TEXT_MESSAGE"] = { emu.chat, { peer_id = "x", text = "", type = "T" } },
      ["speak: seconds must be a number"] = { emu.speak, { seconds = "1" } },
    }) do
      local ok, raised = pcall(function()
        local result = call[1](emu, call[2])
        return result
      end)
      assert.is_false(ok)
      assert.matches("controls_spec.lua:%d+: ", raised)
      assert.matches(message, raised, 1, true)
    end
  end)
end)
