-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's active session", function()
  local api, room, path

  before_each(function()
    api = calls.new()
    room = rooms.new(api, { title = "Talk" })
    path = "/meetings/" .. room.id .. "/active-session"
  end)

  it("is the meeting's session while it lasts", function()
    local peer = room:join("Ann")
    local session = api:data("GET", path)
    assert.equal(peer.session_id, session.id)
    assert.same(api:data("GET", room.session_path), session)
    room:leave("Ann")
    assert.equal(0, api:data("GET", path).live_participants)
    api.emulator:advance(60)
    assert.equal(404, (api:failure("GET", path)))
  end)

  it("is a 404 to every call when there is none", function()
    local bodies = {
      ["/kick"] = { participant_ids = { UNKNOWN } },
      ["/kick-all"] = {},
      ["/mute"] = { custom_participant_ids = { "Ann" } },
      ["/mute-all"] = { allow_unmute = true },
      ["/poll"] = { question = "?", options = { "a" } },
    }
    local message = "No active session found for meeting_id " .. room.id
    assert.same({ 404, message }, { api:failure("GET", path) })
    for action, body in pairs(bodies) do
      assert.same({ 404, message }, { api:failure("POST", path .. action, body) })
    end
    local elsewhere = "/meetings/" .. UNKNOWN .. "/active-session"
    assert.same({ 404, "No meeting found with id " .. UNKNOWN }, { api:failure("GET", elsewhere) })
  end)

  it("loses those who are kicked, by either id", function()
    local ann = room:join("Ann")
    room:join("Bob", "Cid")
    local kicked = api:data("POST", path .. "/kick", {
      participant_ids = { room.people.Ann.id, UNKNOWN },
      custom_participant_ids = { "Bob", "Nobody" },
    })
    assert.equal("kick", kicked.action)
    assert.equal(2, #kicked.participants)
    assert.equal(ann.id, kicked.participants[1].id)
    assert.equal("Ann", kicked.participants[1].name)
    assert.equal(1, api:data("GET", path).live_participants)
    assert.equal(2, #room:events("meeting.participantLeft"))
    api:data("POST", path .. "/kick", { custom_participant_ids = { "Cid" } })
    api.emulator:advance(60)
    assert.equal("ALL_PARTICIPANTS_LEFT", room:events("meeting.ended")[1].reason)
  end)

  it("keeps the others when none who is meant is there", function()
    room:join("Ann", "Bob")
    room:leave("Bob")
    local message = "No such participant found in the active session"
    for _, body in ipairs({
      { participant_ids = { UNKNOWN } },
      { custom_participant_ids = { "Bob" } },
    }) do
      assert.same({ 404, message }, { api:failure("POST", path .. "/kick", body) })
    end
    assert.equal(1, api:data("GET", path).live_participants)
  end)

  it("refuses kicks that name no one or name them wrongly", function()
    room:join("Ann")
    local missing = 'BAD_REQUEST: "participant_ids" or "custom_participant_ids" is required'
    for _, body in ipairs({ "{}", '{"participant_ids":[]}', '{"participant_ids":null}' }) do
      assert.same({ 400, missing }, { api:failure("POST", path .. "/kick", body) })
    end
    local wrong = { participant_ids = "x" }
    assert.equal(400, (api:failure("POST", path .. "/kick", wrong)))
    assert.equal(422, (api:failure("POST", path .. "/kick", { ids = { "x" } })))
  end)

  -- Who is muted, and "no" at the end if they may not unmute themselves.
  local function muted()
    local seen = assert(api.emulator:room({ meeting_id = room.id }))
    local names = {}
    for _, participant in ipairs(seen.participants) do
      if participant.muted then names[#names + 1] = participant.name end
    end
    if not seen.allow_unmute then names[#names + 1] = "no" end
    return table.concat(names, " ")
  end

  it("mutes those who are named, by either id, as often as it is asked", function()
    local ann = room:join("Ann")
    room:join("Bob", "Cid")
    local body = {
      participant_ids = { room.people.Ann.id, UNKNOWN },
      custom_participant_ids = { "Bob", "Nobody" },
    }
    for _ = 1, 2 do
      local reply = api:data("POST", path .. "/mute", body)
      assert.equal("mute", reply.action)
      assert.equal(2, #reply.participants)
      assert.equal(ann.id, reply.participants[1].id)
      assert.equal("Bob", reply.participants[2].name)
      assert.is_string(reply.participants[2].updated_at)
      assert.equal("Ann Bob", muted())
    end
    api:data("POST", path .. "/mute", { custom_participant_ids = { "Cid" } })
    assert.equal("Ann Bob Cid", muted())
    assert.equal(3, api:data("GET", path).live_participants)
  end)

  it("mutes no one when none who is meant is there", function()
    room:join("Ann", "Bob")
    room:leave("Bob")
    local message = "No such participant found in the active session"
    for _, body in ipairs({
      { participant_ids = { UNKNOWN } },
      { custom_participant_ids = { "Bob" } },
    }) do
      assert.same({ 404, message }, { api:failure("POST", path .. "/mute", body) })
    end
    assert.equal("", muted())
  end)

  it("refuses mutes that name no one or name them wrongly", function()
    room:join("Ann")
    local missing = 'BAD_REQUEST: "participant_ids" or "custom_participant_ids" is required'
    for _, body in ipairs({ "{}", '{"participant_ids":[]}', '{"participant_ids":null}' }) do
      assert.same({ 400, missing }, { api:failure("POST", path .. "/mute", body) })
    end
    assert.equal(400, (api:failure("POST", path .. "/mute", { participant_ids = { 1 } })))
    assert.equal(422, (api:failure("POST", path .. "/mute", { ids = { "x" } })))
  end)

  it("mutes all, with or without the way back", function()
    room:join("Ann", "Bob")
    local reply = api:data("POST", path .. "/mute-all", { allow_unmute = false })
    assert.same({ action = "mute-all", muted_participants_count = 2 }, reply)
    assert.equal("Ann Bob no", muted())
    room:join("Cid")
    assert.equal("Ann Bob no", muted())
    reply = api:data("POST", path .. "/mute-all", { allow_unmute = true })
    assert.equal(3, reply.muted_participants_count)
    assert.equal("Ann Bob Cid", muted())
    local required = { 400, 'BAD_REQUEST: "allow_unmute" is required' }
    for _, body in ipairs({ "", "{}" }) do
      assert.same(required, { api:failure("POST", path .. "/mute-all", body) })
    end
    local wrong = { 400, 'BAD_REQUEST: "allow_unmute" must be a boolean' }
    assert.same(wrong, { api:failure("POST", path .. "/mute-all", { allow_unmute = "no" }) })
    assert.equal(422, (api:failure("POST", path .. "/mute-all", '{"allow_unmute":true,"a":1}')))
  end)

  it("ends at once when all are kicked", function()
    room:join("Ann", "Bob")
    local reply = api:data("POST", path .. "/kick-all")
    assert.same({ action = "kick-all", kicked_participants_count = 2 }, reply)
    assert.equal("ENDED", api:data("GET", room.session_path).status)
    assert.equal("HOST_ENDED_MEETING", room:events("meeting.ended")[1].reason)
    assert.equal(2, #room:events("meeting.participantLeft"))
    assert.equal(404, (api:failure("POST", path .. "/kick-all")))
    api.emulator:advance(3600)
    assert.equal(1, #room:events("meeting.ended"))
  end)

  it("ends once when all are kicked while it is empty", function()
    room:join("Ann")
    room:leave("Ann")
    assert.equal(0, api:data("POST", path .. "/kick-all").kicked_participants_count)
    api.emulator:advance(3600)
    assert.equal(1, #room:events("meeting.ended"))
  end)

  it("takes polls", function()
    room:join("Ann")
    local body = { question = "Lunch?", options = { "yes", "no" }, hide_votes = true }
    local status, reply = api:send("POST", path .. "/poll", body)
    assert.equal(201, status)
    assert.equal("poll", reply.data.action)
    local poll = reply.data.poll
    assert.matches("^%x+%-%x+%-4%x+%-%x+%-%x+$", poll.id)
    poll.id = nil
    assert.same({
      anonymous = false,
      created_by = api.emulator.app_id,
      hide_votes = true,
      options = {
        { count = 0, text = "yes", votes = {} },
        { count = 0, text = "no", votes = {} },
      },
      question = "Lunch?",
      voted = {},
    }, poll)
  end)

  it("refuses polls that make no sense", function()
    room:join("Ann")
    for _, case in ipairs({
      { 400, 'BAD_REQUEST: "options" is required', '{"question":"?"}' },
      { 400, 'BAD_REQUEST: "question" is required', '{"options":["a"]}' },
      {
        400,
        'BAD_REQUEST: "options" must contain at least 1 item',
        '{"question":"?","options":[]}',
      },
      { 400, 'BAD_REQUEST: "options[0]" must be a string', '{"question":"?","options":[1]}' },
      { 422, '"votes" is not allowed', '{"question":"?","options":["a"],"votes":1}' },
    }) do
      assert.same({ case[1], case[2] }, { api:failure("POST", path .. "/poll", case[3]) })
    end
  end)

  it("is the same for a client", function()
    room:join("Ann", "Bob")
    local client = api.emulator:client()
    local kicked = client.active_session:kick(room.id, { custom_participant_ids = { "Ann" } })
    assert.equal("Ann", assert(kicked).participants[1].name)
    assert.equal(1, assert(client.active_session:mute_all(room.id)).muted_participants_count)
    assert.equal("Bob no", muted())
    local named = { custom_participant_ids = { "Bob" } }
    assert.equal("Bob", assert(client.active_session:mute(room.id, named)).participants[1].name)
    local poll = { question = "Lunch?", options = { "yes", "no" } }
    assert.equal(
      "no",
      assert(client.active_session:create_poll(room.id, poll)).poll.options[2].text
    )
    assert.equal(1, assert(client.active_session:kick_all(room.id)).kicked_participants_count)
    local none, _, err = client.active_session:get(room.id)
    assert.is_nil(none)
    assert.equal("not_found", err.kind)
  end)
end)
