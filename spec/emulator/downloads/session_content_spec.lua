-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local cjson = require("cjson")
local rooms = require("spec.support.clients.emulator_room")

describe("rtk.emulator.downloads.session_content", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  --- A session a second after whose start two people speak.
  local function talk(body)
    local room = rooms.new(api, body)
    room:add("Ann")
    room:add("Bob")
    local ann = room:join("Ann")
    local bob = room:join("Bob")
    api.emulator:advance(1)
    room:speak("Ann", 'Hello "everyone"')
    api.emulator:advance(61)
    api.emulator:speak({ peer_id = bob.id, text = "Hi Ann", seconds = 2.25 })
    return room, ann, bob
  end

  it("writes chats as CSV with the documented columns", function()
    local room = rooms.new(api)
    local peer = room:join("Ann")
    local first = room:chat("Ann", "hi")
    local second = room:chat("Ann", 'a, "b"\nc')
    local file = { peer_id = peer.id, type = "FILE_MESSAGE", text = "https://example.com/f" }
    local third = assert(api.emulator:chat(file))
    local at = room:content("chat"):match("2023%-[%w:.%-]+Z")
    local function row(id, kind, text)
      local ids = { id, room.people.Ann.id, peer.session_id, room.id }
      return ("%s,Ann,false,false,%s,%s,%s\n"):format(table.concat(ids, ","), kind, text, at)
    end
    local header = "id,participantId,sessionId,meetingId,displayName,pinned,isEdited,payloadType,"
    assert.equal(
      header
        .. "payload,createdAt\n"
        .. row(first, "TEXT_MESSAGE", "hi")
        .. row(second, "TEXT_MESSAGE", '"a, ""b""\nc"')
        .. row(third, "FILE_MESSAGE", "https://example.com/f"),
      room:content("chat")
    )
  end)

  it("writes chats as JSON if it is told to", function()
    api = calls.new({ chat_format = "JSON" })
    local room = rooms.new(api, { session_keep_alive_time_in_secs = 0 })
    local peer = room:join("Ann")
    local id = room:chat("Ann", 'a "b"')
    room:leave("Ann")
    api.emulator:advance(60)
    local link = api:data("GET", room.session_path .. "/chat").chat_download_url
    assert.matches("%.json%?", link)
    assert.matches("%.json%?", room:events("meeting.chatSynced")[1].chatDownloadUrl)
    local messages = cjson.decode(room:content("chat", "JSON"))
    assert.matches("^2023%-", messages[1].createdAt)
    messages[1].createdAt = nil
    assert.same({
      {
        id = id,
        participantId = room.people.Ann.id,
        sessionId = peer.session_id,
        meetingId = room.id,
        displayName = "Ann",
        pinned = false,
        isEdited = false,
        payloadType = "TEXT_MESSAGE",
        payload = 'a "b"',
      },
    }, messages)
  end)

  it("writes transcripts as CSV without a header, fully quoted", function()
    local room, ann, bob = talk()
    local function row(start, peer, name, text)
      local ids = { start, peer.id, peer.participant_id, name, name, text }
      return '"' .. table.concat(ids, '","') .. '"\n'
    end
    assert.equal(
      row("1002", ann, "Ann", 'Hello ""everyone""') .. row("62002", bob, "Bob", "Hi Ann"),
      room:content("transcript", "CSV")
    )
    assert.equal(room:content("transcript", "CSV"), room:content("transcript"))
  end)

  it("writes transcripts as JSON", function()
    local room, ann = talk()
    local shown = api:data("GET", room.session_path .. "/participants?search=Ann").participants[1]
    local lines = cjson.decode(room:content("transcript", "JSON"))
    assert.equal(2, #lines)
    assert.same({
      startTime = 1002,
      endTime = 2502,
      sentence = 'Hello "everyone"',
      peerData = {
        id = ann.id,
        userId = ann.participant_id,
        displayName = "Ann",
        cpi = "Ann",
        joinedAt = shown.joined_at,
        leftAt = "",
      },
    }, lines[1])
    room:leave("Ann")
    lines = cjson.decode(room:content("transcript", "JSON"))
    assert.matches("^2023%-", lines[1].peerData.leftAt)
  end)

  it("writes transcripts as subtitles", function()
    local room = talk()
    assert.equal(
      '1\n00:00:01,002 --> 00:00:02,502\nAnn: Hello "everyone"\n\n'
        .. "2\n00:01:02,002 --> 00:01:04,252\nBob: Hi Ann\n",
      room:content("transcript", "SRT")
    )
    assert.equal(
      'WEBVTT\n\n00:00:01.002 --> 00:00:02.502\nAnn: Hello "everyone"\n\n'
        .. "00:01:02.002 --> 00:01:04.252\nBob: Hi Ann\n",
      room:content("transcript", "VTT")
    )
  end)

  it("keeps what is spoken in one cue, and free of markup", function()
    local room = rooms.new(api)
    room:join("Ann")
    room:speak("Ann", "a <b> & c\r\n\r\nd")
    assert.matches("Ann: a <b> & c\nd\n$", room:content("transcript", "SRT"))
    assert.matches("Ann: a &lt;b&gt; &amp; c\nd\n$", room:content("transcript", "VTT"))
  end)

  it("writes dates into transcripts if it is told to", function()
    api = calls.new({ transcript_times = "date" })
    local room = talk({ session_keep_alive_time_in_secs = 0, transcribe_on_end = true })
    local shown = api:data("GET", room.session_path)
    room:leave("Ann", "Bob")
    api.emulator:advance(60)
    local first = room:content("transcript", "CSV"):match('^"(.-)"')
    assert.equal(shown.started_at:sub(1, 17), first:sub(1, 17))
    assert.matches("^2023%-.*Z$", first)
  end)

  it("puts lines that are spoken at one time one after the other", function()
    local room = rooms.new(api)
    room:join("Ann")
    room:speak("Ann", "one")
    room:speak("Ann", "two")
    local lines = cjson.decode(room:content("transcript", "JSON"))
    assert.equal(lines[1].endTime, lines[2].startTime)
  end)

  local function summary(ai_config)
    local room = talk({
      ai_config = ai_config,
      session_keep_alive_time_in_secs = 0,
      summarize_on_end = true,
    })
    room:leave("Ann", "Bob")
    api.emulator:advance(60)
    return room:content("summary")
  end

  it("writes summaries as the meeting wants them", function()
    assert.equal('# Summary (general)\n\nAnn said: Hello "everyone" Bob said: Hi Ann\n', summary())
    local wanted = { summary_type = "team_meeting", text_format = "plain_text", word_limit = 3 }
    assert.equal("Summary (team meeting)\n\nAnn said: Hello\n", summary({ summarization = wanted }))
  end)

  it("has nothing of sessions that do not exist or have no summary", function()
    local room = talk()
    assert.is_nil(room:content("summary"))
    room.session_path = "/sessions/none"
    assert.is_nil(room:content("chat"))
  end)
end)
