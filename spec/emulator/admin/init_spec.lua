-- SPDX-License-Identifier: MIT
-- The emulator's own calls, in Lua and over HTTP: journal, seed and the rest of /_emulator/.
local calls = require("spec.support.clients.emulator_calls")
local cjson = require("cjson").new()
local emulator = require("rtk.emulator")
local rooms = require("spec.support.clients.emulator_room")

describe("emulator:journal", function()
  it("tells what was asked and answered, secrets included", function()
    local api = calls.new()
    local meeting = api:data("POST", "/meetings", { title = "x" })
    api:send("GET", "/meetings/" .. meeting.id .. "?a=b")
    local journal = api.emulator:journal()
    assert.equal(2, #journal)
    local first, second = journal[1], journal[2]
    assert.equal("POST /meetings", first.operation)
    assert.equal('{"title":"x"}', first.body)
    assert.equal("Bearer any", first.headers.authorization)
    assert.equal(201, first.status)
    assert.equal(meeting.id, cjson.decode(first.response_body).data.id)
    assert.equal("GET /meetings/{meeting_id}", second.operation)
    assert.equal(api.prefix .. "/meetings/" .. meeting.id, second.path)
    assert.equal("a=b", second.query)
  end)

  it("names the fault that a request met, and keeps the last requests only", function()
    local api = calls.new({ journal_size = 3 })
    for i = 1, 5 do
      api:send("GET", "/meetings?n=" .. i)
    end
    api.emulator:fault({ kind = "close", after = true })
    local path = api.prefix .. "/meetings"
    api.emulator:handle({ method = "POST", path = path, headers = api.headers })
    local journal = api.emulator:journal()
    assert.equal(3, #journal)
    assert.same({ "n=4", "n=5" }, { journal[1].query, journal[2].query })
    assert.same({ "close", 0 }, { journal[3].fault, journal[3].status })
    assert.equal(1, #api:data("GET", "/meetings"))
  end)

  it("tells whether the API did what was asked, whatever was answered", function()
    local api = calls.new()
    api.emulator:fault({ kind = "status", status = 500, after = true })
    api.emulator:fault({ kind = "status", status = 500 })
    for _ = 1, 3 do
      api:send("POST", "/meetings", {})
    end
    api:send("GET", "/meetings/none")
    local seen = {}
    for i, entry in ipairs(api.emulator:journal()) do
      seen[i] = { entry.status, entry.executed }
    end
    assert.same({ { 500, true }, { 500, false }, { 201, true }, { 400, false } }, seen)
  end)

  it("does not change with what it has shown", function()
    local api = calls.new()
    api:send("GET", "/meetings")
    api.emulator:journal()[1] = nil
    assert.equal(1, #api.emulator:journal())
  end)
end)

describe("emulator:seed", function()
  it("creates many meetings and participants as the API would have", function()
    local api = calls.new()
    local ids = api.emulator:seed({ meetings = 30, participants = 2 })
    assert.equal(30, #ids.meetings)
    assert.same({}, api.emulator:journal())
    local _, page = api:send("GET", "/meetings?per_page=5")
    assert.equal(30, page.paging.total_count)
    local participants = api:data("GET", "/meetings/" .. ids.meetings[30] .. "/participants")
    assert.same({ "user-30-2", "user-30-1" }, {
      participants[1].custom_participant_id,
      participants[2].custom_participant_id,
    })
  end)

  it("fills another app on request", function()
    local api = calls.new()
    local app = api.account:data("POST", "/apps", { name = "x" }).app
    api.emulator:seed({ meetings = 2, app_id = app.id })
    assert.same({}, api:data("GET", "/meetings"))
    local account = api.account.prefix
    assert.equal(2, #api:below(account .. "/" .. app.id):data("GET", "/meetings"))
  end)

  it("fills another account on request", function()
    local api = calls.new()
    api.emulator:seed({ meetings = 1, participants = 1, sessions = 1, account_id = "other" })
    assert.same({}, api:data("GET", "/meetings"))
    local other = api:below("/client/v4/accounts/other/realtime/kit/" .. api.emulator.app_id)
    assert.equal(1, #other:data("GET", "/sessions").sessions)
  end)

  it("lets all participants hold sessions, one after the other", function()
    local emu, steps = emulator.new({ start_time = 0 }), {}
    local function note(step)
      return function(_, place)
        steps[#steps + 1] = step .. " " .. math.floor(emu.clock:now() / 1000)
        assert.is_string(place.meeting_id)
        assert.is_string(place.participant_id)
        return {}
      end
    end
    emu.join, emu.leave = note("join"), note("leave")
    emu:seed({ meetings = 1, participants = 2, sessions = 2 })
    local first = { "join 0", "join 0", "leave 60", "leave 60" }
    local second = { "join 180", "join 180", "leave 240", "leave 240" }
    for i = 1, 4 do
      assert.same({ first[i], second[i] }, { steps[i], steps[i + 4] })
    end
    assert.equal(8, #steps)
  end)

  it("fills an app with thousands of meetings and their sessions in one call", function()
    local api = calls.new()
    api.emulator:seed({ meetings = 1000, participants = 1, sessions = 2 })
    local _, meetings = api:send("GET", "/meetings?per_page=1")
    assert.equal(1000, meetings.paging.total_count)
    local _, sessions = api:send("GET", "/sessions?per_page=1&status=ENDED")
    assert.equal(2000, sessions.paging.total_count)
    assert.equal(1, sessions.data.sessions[1].minutes_consumed)
  end)

  it("raises at the caller's line for what it does not know", function()
    local emu = emulator.new()
    local misuses = {
      { meetngs = 1 },
      { meetings = "1" },
      { meetings = 1, sessions = 1 },
      { meetings = 1e6, participants = 1 },
    }
    for _, given in ipairs(misuses) do
      local ok, message = pcall(function()
        emu:seed(given)
      end)
      assert.is_false(ok)
      assert.matches("init_spec.lua:%d+: seed", message)
    end
  end)
end)

describe("/_emulator/", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  local function ask(method, call, body, remote)
    local response = api.emulator:handle({
      method = method,
      path = "/_emulator/" .. call,
      headers = {},
      body = type(body) == "table" and cjson.encode(body) or body,
      remote = remote,
    })
    return response.status, cjson.decode(response.body), response.body
  end

  it("advances the clock", function()
    local before = api.emulator.clock:now()
    local status, answer = ask("POST", "advance", { seconds = 1.5 })
    assert.equal(200, status)
    assert.equal(before + 1500, api.emulator.clock:now())
    assert.equal(before + 1500, answer.data.milliseconds)
    assert.equal(400, (ask("POST", "advance", {})))
  end)

  it("adds, lists and clears faults", function()
    assert.equal(200, (ask("POST", "faults", { kind = "html" })))
    local _, listed = ask("GET", "faults")
    assert.equal("html", listed.data[1].kind)
    assert.equal(200, (ask("DELETE", "faults")))
    local _, _, text = ask("GET", "faults")
    assert.equal('{"data":[]}', text)
    local status, refused = ask("POST", "faults", { kind = "htm" })
    assert.equal(400, status)
    assert.matches("^a fault's kind must be a known one; did you mean ", refused.error.message)
  end)

  it("seeds, shows the journal and resets", function()
    local _, seeded = ask("POST", "seed", { meetings = 3 })
    assert.equal(3, #seeded.data.meetings)
    assert.equal(3, #api:data("GET", "/meetings"))
    local _, journal = ask("GET", "journal")
    assert.equal("GET /meetings", journal.data[1].operation)
    assert.equal(200, (ask("POST", "reset")))
    assert.same({}, api:data("GET", "/meetings"))
  end)

  it("takes snapshots and puts them back", function()
    api:data("POST", "/meetings", { title = "x" })
    local _, _, text = ask("GET", "snapshot")
    ask("POST", "reset")
    assert.equal(200, (ask("PUT", "snapshot", text)))
    assert.equal("x", api:data("GET", "/meetings")[1].title)
    assert.equal(400, (ask("PUT", "snapshot", "{}")))
  end)

  it("passes join and leave on", function()
    local given
    api.emulator.join = function(_, what)
      given = what
      return { id = "peer" }
    end
    api.emulator.leave = function()
      return nil, "no such participant"
    end
    local _, joined = ask("POST", "join", { meeting_id = "m", participant_id = "p" })
    assert.equal("peer", joined.data.id)
    assert.same({ meeting_id = "m", participant_id = "p" }, given)
    local status, left = ask("POST", "leave", { peer_id = "x" })
    assert.same({ 400, "no such participant" }, { status, left.error.message })
  end)

  it("lets those who are in a session write and speak", function()
    local room = rooms.new(api)
    local peer = room:join("Ann")
    local _, said = ask("POST", "chat", { peer_id = peer.id, text = "hi" })
    assert.equal(200, (ask("POST", "speak", { peer_id = peer.id, text = "Hello" })))
    assert.matches(said.data .. ",", room:content("chat"), 1, true)
    assert.matches("Hello", room:content("transcript"))
    assert.equal(400, (ask("POST", "chat", { peer_id = "nobody", text = "hi" })))
    assert.equal(400, (ask("POST", "speak", { peer_id = peer.id })))
  end)

  it("has every call of the Lua API under its name there", function()
    assert.equal(200, (ask("POST", "fault", { kind = "html" })))
    assert.equal(200, (ask("POST", "clear_faults")))
    api:data("POST", "/meetings", { title = "x" })
    local _, journal = ask("POST", "journal")
    assert.equal("POST /meetings", journal.data[1].operation)
    local _, _, text = ask("POST", "snapshot")
    ask("POST", "reset")
    assert.equal(200, (ask("POST", "restore", text)))
    assert.equal("x", api:data("GET", "/meetings")[1].title)
    local _, deliveries = ask("POST", "deliveries")
    assert.same({}, deliveries.data)
    local _, key = ask("POST", "public_key")
    assert.matches("BEGIN PUBLIC KEY", key.data)
  end)

  it("is for this machine only", function()
    assert.equal(403, (ask("POST", "reset", nil, "192.0.2.1")))
    assert.equal(200, (ask("POST", "reset", nil, "127.0.0.1")))
  end)

  it("says what it does not understand", function()
    local function refusal(...)
      return select(2, ask(...)).error.message
    end
    assert.equal(404, (ask("POST", "nothing")))
    assert.matches("^there is no call POST nothing; known are ", refusal("POST", "nothing"))
    assert.equal('there is no call POST jion; did you mean "join"?', refusal("POST", "jion"))
    assert.equal("there is no call PUT join, but one with another method", refusal("PUT", "join"))
    assert.equal(
      'POST advance knows no member "second"; did you mean "seconds"?',
      refusal("POST", "advance", '{"second":1}')
    )
    assert.equal(
      'POST reset knows no member "all"; it takes none',
      refusal("POST", "reset", '{"all":true}')
    )
    assert.equal(400, (ask("POST", "advance", "{")))
    assert.equal(400, (ask("POST", "advance", "1")))
    assert.equal(400, (ask("POST", "advance", '{"seconds":1e308}')))
  end)

  it("quotes what is not UTF-8 in UTF-8", function()
    local _, answer = ask("POST", "add_viewers", '{"id":"\255\195","count":1}')
    assert.equal(
      "add_viewers: there is no livestream \239\191\189\239\191\189",
      answer.error.message
    )
  end)
end)

describe("the calls of an emulator", function()
  local function misuse(f)
    local ok, message = pcall(f)
    assert.is_false(ok)
    assert.matches("init_spec.lua:%d+: ", message)
    return (message:gsub("^.-init_spec.lua:%d+: ", ""))
  end

  it("say what is wrong with them at the caller's line", function()
    local emu = emulator.new()
    local expected = "advance takes a number of seconds that is not negative"
    for _, seconds in ipairs({ 0 / 0, -5, math.huge, "1" }) do
      assert.equal(
        expected,
        misuse(function()
          emu:advance(seconds)
        end)
      )
    end
    assert.equal(
      expected,
      misuse(function()
        emu:advance()
      end)
    )
    for _, seconds in ipairs({ 1e12, 1e308 }) do
      assert.equal(
        "advance cannot move the clock past the year 9999",
        misuse(function()
          emu:advance(seconds)
        end)
      )
    end
    assert.equal(
      "handle takes a request with a string at method",
      misuse(function()
        local response = emu:handle({})
        return response
      end)
    )
  end)

  it("refuse a fault for an operation that there is not, and name the nearest", function()
    local emu = emulator.new()
    assert.equal(
      'there is no operation "POST /meeting"; did you mean "POST /meetings"?',
      misuse(function()
        emu:fault({ operation = "POST /meeting", kind = "close" })
      end)
    )
    for _, operation in ipairs({
      "*",
      "* /meetings",
      "GET *",
      "HEAD /download",
      "GET /apps/{app_id}",
    }) do
      emu:fault({ operation = operation, kind = "close" })
    end
  end)

  it("refuse members that they do not know, and list or name those that they do", function()
    local emu = emulator.new()
    for call, known in pairs({
      join = "token, participant_id, name, meeting_id, app_id, account_id",
      leave = "peer_id, participant_id, meeting_id, app_id, account_id",
      chat = "text, type, peer_id, participant_id, meeting_id, app_id, account_id",
      speak = "text, seconds, peer_id, participant_id, meeting_id, app_id, account_id",
      unmute = "peer_id, participant_id, meeting_id, app_id, account_id",
      room = "meeting_id, app_id, account_id",
      seed = "meetings, participants, sessions, app_id, account_id",
      fail_recording = "id",
      upload_recording = "id, file_size",
      start_ingest = "id",
      stop_ingest = "id",
      add_viewers = "id, count",
      fail_livestream = "id, message",
    }) do
      local message = misuse(function()
        emu[call](emu, { wrong_by_far = 1 })
      end)
      local listed =
        message:match("^" .. call .. ' knows no member "wrong_by_far"; known are (.+)$')
      local names = {}
      for name in known:gmatch("[%w_]+") do
        names[#names + 1] = name
      end
      table.sort(names)
      assert.equal(table.concat(names, ", "), listed, message)
      local response = emu:handle({ method = "GET", path = "/_emulator/", headers = {} })
      assert.equal(known, cjson.decode(response.body).data["POST " .. call])
      assert.equal(
        call .. " takes one table",
        misuse(function()
          emu[call](emu)
        end)
      )
    end
    assert.equal(
      'add_viewers knows no member "cuont"; did you mean "count"?',
      misuse(function()
        emu:add_viewers({ id = "x", cuont = 2 })
      end)
    )
    assert.equal(
      "add_viewers: count must be a number",
      misuse(function()
        emu:add_viewers({ id = "x", count = "2" })
      end)
    )
  end)
end)
