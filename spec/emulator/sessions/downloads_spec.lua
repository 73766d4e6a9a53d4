-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

describe("what is left of the emulator's sessions", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  --- A meeting in which something was said and written, empty from now on.
  local function hold(body, preset_name)
    body.session_keep_alive_time_in_secs = 0
    local room = rooms.new(api, body)
    room:add("Ann", preset_name)
    room:join("Ann", "Bob")
    room:chat("Bob", "hi")
    room:speak("Ann", "Hello everyone")
    room:leave("Ann", "Bob")
    return room
  end

  local function failure(room, what)
    local status, message = api:failure("GET", room.session_path .. "/" .. what)
    assert.equal(404, status)
    return message
  end

  local function id_of(room)
    return room.session_path:match("[^/]+$")
  end

  it("is a chat, some seconds after the end", function()
    local room = hold({})
    assert.equal("No chat found for session_id " .. id_of(room), failure(room, "chat"))
    api.emulator:advance(4)
    failure(room, "chat")
    api.emulator:advance(1)
    local shown = api:data("GET", room.session_path .. "/chat")
    assert.matches("^https?://.*/chat/" .. id_of(room):gsub("%-", "%%-"), shown.chat_download_url)
    assert.matches("^2023%-11%-21T22:13:25", shown.chat_download_url_expiry)
  end)

  it("publishes a flat event when the chat is available", function()
    local room = hold({ title = "Talk" })
    api.emulator:advance(60)
    local event = room:events("meeting.chatSynced")[1]
    local session = api:data("GET", room.session_path)
    assert.matches("/chat/", event.chatDownloadUrl, 1, true)
    assert.matches("^2023%-11%-21", event.chatDownloadUrlExpiry)
    event = calls.copy(event)
    event.chatDownloadUrl, event.chatDownloadUrlExpiry = nil, nil
    assert.same({
      event = "meeting.chatSynced",
      sessionId = session.id,
      meetingId = room.id,
      title = "Talk",
      createdAt = session.created_at,
      startedAt = session.started_at,
      endedAt = session.ended_at,
      organizedBy = { id = api.emulator.app_id, name = "Default app" },
    }, event)
  end)

  it("is no chat during the session or without messages", function()
    local room = rooms.new(api)
    room:join("Ann")
    room:chat("Ann", "hi")
    api.emulator:advance(600)
    failure(room, "chat")
    local silent = rooms.new(api)
    silent:join("Bob")
    silent:leave("Bob")
    api.emulator:advance(600)
    failure(silent, "chat")
    failure(silent, "transcript")
    failure(silent, "summary")
    assert.same({}, silent:events("meeting.chatSynced"))
    assert.same({}, silent:events("meeting.transcript"))
  end)

  it("is a transcript in the format that is asked for", function()
    local room = hold({})
    assert.equal("No transcript found for session_id " .. id_of(room), failure(room, "transcript"))
    api.emulator:advance(10)
    local path = room.session_path .. "/transcript"
    local shown = api:data("GET", path)
    assert.equal(id_of(room), shown.sessionId)
    assert.is_string(shown.transcript_download_url_expiry)
    assert.matches("/transcript/", shown.transcript_download_url, 1, true)
    local subtitles = api:data("GET", path .. "?format=VTT").transcript_download_url
    assert.not_equal(shown.transcript_download_url, subtitles)
    assert.equal(400, (api:failure("GET", path .. "?format=vtt")))
    local event = room:events("meeting.transcript")[1]
    assert.equal(id_of(room), event.meeting.sessionId)
    assert.is_string(event.transcriptDownloadUrl)
    assert.is_string(event.transcriptDownloadUrlExpiry)
  end)

  it("is a transcript of those whose preset wants one, or of all", function()
    local preset = {
      name = "unheard",
      config = {
        max_screenshare_count = 1,
        max_video_streams = { desktop = 1, mobile = 1 },
        media = {
          screenshare = { frame_rate = 5, quality = "hd" },
          video = { frame_rate = 24, quality = "hd" },
        },
        view_type = "GROUP_CALL",
      },
      permissions = calls.copy(
        api:data("GET", "/presets/" .. api:column("id", "/presets")[1]).permissions
      ),
      ui = api:data("GET", "/presets/" .. api:column("id", "/presets")[1]).ui,
    }
    preset.permissions.transcription_enabled = false
    api:data("POST", "/presets", preset)
    local unheard, heard = hold({}, "unheard"), hold({ transcribe_on_end = true }, "unheard")
    api.emulator:advance(60)
    failure(unheard, "transcript")
    assert.matches("Hello everyone", heard:content("transcript"))
  end)

  it("is no transcript in the language multi, as observed", function()
    local room = hold({
      ai_config = { transcription = { language = "multi" } },
      summarize_on_end = true,
    })
    api.emulator:advance(3600)
    failure(room, "transcript")
    failure(room, "summary")
    assert.same({}, room:events("meeting.transcript"))
  end)

  it("is a summary when one is asked for", function()
    local room = hold({})
    local path = room.session_path .. "/summary"
    assert.equal(404, (api:failure("POST", path)))
    api.emulator:advance(10)
    assert.same({ success = true, message = "Success" }, api:data("POST", path))
    assert.equal("No summary found for session_id " .. id_of(room), failure(room, "summary"))
    api.emulator:advance(30)
    local shown = api:data("GET", path)
    assert.equal(id_of(room), shown.sessionId)
    assert.matches("/summary/", shown.summaryDownloadUrl, 1, true)
    assert.is_string(shown.summaryDownloadUrlExpiry)
    assert.equal(id_of(room), room:events("meeting.summary")[1].meeting.sessionId)
  end)

  it("answers the request for a summary without a value when the reference counts", function()
    api = calls.new({ documented = true })
    local room = hold({})
    api.emulator:advance(10)
    local _, reply = api:send("POST", room.session_path .. "/summary")
    assert.same({ success = true }, reply)
  end)

  it("is a summary of itself when the meeting wants one", function()
    local room = hold({ summarize_on_end = true })
    api.emulator:advance(39)
    failure(room, "summary")
    api.emulator:advance(1)
    api:data("GET", room.session_path .. "/summary")
    assert.equal(1, #room:events("meeting.summary"))
  end)

  it("is gone after a week, and has new links until then", function()
    local room = hold({ summarize_on_end = true })
    api.emulator:advance(60)
    local path = room.session_path .. "/chat"
    local first = api:data("GET", path)
    api.emulator:advance(86400)
    assert.not_equal(first.chat_download_url, api:data("GET", path).chat_download_url)
    api.emulator:advance(6 * 86400)
    for _, what in ipairs({ "chat", "transcript", "summary" }) do
      failure(room, what)
    end
  end)

  it("is kept without end as a chat, when the meeting has persist_chat", function()
    local room = hold({ persist_chat = true })
    api.emulator:advance(365 * 86400)
    assert.is_string(api:data("GET", room.session_path .. "/chat").chat_download_url)
    failure(room, "transcript")
  end)

  it("is the same for a client", function()
    local room = hold({ summarize_on_end = true })
    api.emulator:advance(60)
    local session = assert(api.emulator:client().sessions:get(id_of(room)))
    assert.is_string(assert(session:chat()).chat_download_url)
    assert.is_string(assert(session:transcript({ format = "SRT" })).transcript_download_url)
    assert.is_string(assert(session:summary()).summaryDownloadUrl)
    assert.truthy(session:generate_summary())
  end)
end)
