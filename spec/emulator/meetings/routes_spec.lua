-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local FULL = {
  title = "Réunion",
  ai_config = {
    summarization = { summary_type = "lecture", text_format = "markdown", word_limit = 150 },
    transcription = { keywords = { "one", "two" }, language = "de", profanity_filter = true },
  },
  live_stream_on_start = true,
  persist_chat = true,
  record_on_start = true,
  recording_config = {
    audio_config = { channel = "mono", codec = "AAC", export_file = true },
    file_name_prefix = "prefix",
    live_streaming_config = { rtmp_url = "rtmp://a.example.com/live" },
    max_seconds = 86400,
    realtimekit_bucket_config = { enabled = false },
    storage_config = { type = "aws", bucket = "b", region = "us-east-1" },
    video_config = {
      codec = "H264",
      export_file = true,
      height = 720,
      width = 1280,
      watermark = {
        position = "left top",
        size = { height = 1, width = 2 },
        url = "https://example.com/w.png",
      },
    },
  },
  session_keep_alive_time_in_secs = 600,
  summarize_on_end = true,
  transcribe_on_end = true,
}

describe("the emulator's meetings", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  local function create(body)
    return api:data("POST", "/meetings", body or {})
  end

  it("are created from nothing with defaults", function()
    local status, reply = api:send("POST", "/meetings", "{}")
    assert.equal(201, status)
    local meeting = reply.data
    assert.matches("^%x+%-%x+%-4%x+%-%x+%-%x+$", meeting.id)
    meeting.id, meeting.created_at, meeting.updated_at = nil, nil, nil
    assert.same({
      live_stream_on_start = false,
      persist_chat = false,
      record_on_start = false,
      session_keep_alive_time_in_secs = 60,
      status = "ACTIVE",
      summarize_on_end = false,
      title = calls.null,
      transcribe_on_end = false,
    }, meeting)
  end)

  it("show documented members only with the option documented", function()
    local meeting = calls.new({ documented = true }):data("POST", "/meetings", {})
    assert.is_nil(meeting.title)
    assert.is_nil(meeting.transcribe_on_end)
  end)

  it("keep all that was sent", function()
    local meeting = api:data("GET", "/meetings/" .. create(FULL).id)
    for name, value in pairs(FULL) do
      assert.same(value, meeting[name])
    end
  end)

  it("send integers back as integers and empty arrays as arrays", function()
    local id = create().id
    local body =
      '{"ai_config":{"transcription":{"keywords":[]}},"session_keep_alive_time_in_secs":90}'
    local _, _, response = api:send("PATCH", "/meetings/" .. id, body)
    assert.matches('"keywords":[]', response.body, 1, true)
    assert.matches('"session_keep_alive_time_in_secs":90,', response.body, 1, true)
  end)

  it("never show the secrets of their storage, but the password as documented", function()
    local storage = { type = "sftp", access_key = "AK", secret = "SK", password = "P" }
    storage.private_key = "PK"
    local body = { recording_config = { storage_config = storage } }
    assert.same({ type = "sftp" }, create(body).recording_config.storage_config)
    api = calls.new({ documented = true })
    local shown = create(body).recording_config.storage_config
    assert.same({ type = "sftp", password = "P", private_key = "PK" }, shown)
  end)

  it("take any language, and videos in VP9", function()
    for _, language in ipairs({ "yue", "en-US", "multi", "de-CH" }) do
      local config = { transcription = { language = language } }
      assert.equal(language, create({ ai_config = config }).ai_config.transcription.language)
    end
    assert.equal(
      400,
      (api:failure("POST", "/meetings", { ai_config = { transcription = { language = "" } } }))
    )
    assert.equal(
      201,
      (api:send("POST", "/meetings", { recording_config = { video_config = { codec = "VP9" } } }))
    )
  end)

  it("merge nested objects in a PATCH, or replace them with the option patch", function()
    local function patched(patch)
      api = calls.new({ patch = patch })
      local video = { codec = "VP8", width = 640 }
      local config = { max_seconds = 60, video_config = video }
      local id = create({ title = "T", recording_config = config }).id
      local body = { recording_config = { video_config = { width = 320 } } }
      return api:data("PATCH", "/meetings/" .. id, body)
    end
    local merged = { max_seconds = 60, video_config = { codec = "VP8", width = 320 } }
    assert.same(merged, patched().recording_config)
    assert.same(merged, patched("merge").recording_config)
    local replaced = patched("replace")
    assert.same({ video_config = { width = 320 } }, replaced.recording_config)
    assert.equal("T", replaced.title)
  end)

  it("are as strict as the newest sources with the option strict", function()
    local function status(strict, config, more)
      api = calls.new({ strict = strict })
      local body = { recording_config = { storage_config = config } }
      for name, value in pairs(more or {}) do
        body[name] = value
      end
      return (api:send("POST", "/meetings", body))
    end
    for _, config in ipairs({
      { type = "gcs", secret = "s" },
      { type = "aws", access_key = "k", region = "r" },
      { type = "sftp", auth_method = "KEY", private_key = "k" },
      { type = "sftp", auth_method = "PASSWORD", password = "p" },
    }) do
      assert.equal(201, status("newest", config))
    end
    for _, config in ipairs({
      { type = "aws", access_key = "k" },
      { type = "sftp", host = "h" },
      { type = "sftp", auth_method = "KEY", password = "p" },
    }) do
      assert.equal(201, status(nil, config))
      assert.equal(400, status("newest", config))
    end
    assert.equal(201, status(nil, nil, { session_keep_alive_time_in_secs = 5 }))
    assert.equal(400, status("newest", nil, { session_keep_alive_time_in_secs = 5 }))
  end)

  it("refuse unknown, mistyped and impossible fields", function()
    local cases = {
      { 422, '"titel" is not allowed', { titel = "x" } },
      { 422, '"status" is not allowed', { status = "ACTIVE" } },
      {
        422,
        '"recording_config.video_config.hight" is not allowed',
        { recording_config = { video_config = { hight = 1 } } },
      },
      { 400, 'BAD_REQUEST: "title" must be a string', { title = 5 } },
      { 400, 'BAD_REQUEST: "persist_chat" must be a boolean', { persist_chat = "true" } },
      {
        400,
        'BAD_REQUEST: "recording_config.max_seconds" must be greater than or equal to 60',
        { recording_config = { max_seconds = 59 } },
      },
      {
        400,
        'BAD_REQUEST: "recording_config.storage_config.type" is required',
        { recording_config = { storage_config = { bucket = "b" } } },
      },
      {
        400,
        'BAD_REQUEST: "ai_config.transcription.keywords[1]" must be a string',
        { ai_config = { transcription = { keywords = { "a", 1 } } } },
      },
    }
    for _, case in ipairs(cases) do
      assert.same({ case[1], case[2] }, { api:failure("POST", "/meetings", case[3]) })
    end
    assert.same({}, api:data("GET", "/meetings"))
  end)

  it("merge what a PATCH says, at any depth", function()
    local id = create(FULL).id
    local meeting = api:data("PATCH", "/meetings/" .. id, {
      title = "New",
      status = "INACTIVE",
      ai_config = { transcription = { keywords = { "three" } } },
      recording_config = { storage_config = { path = "p" } },
    })
    assert.equal("New", meeting.title)
    assert.equal("INACTIVE", meeting.status)
    assert.same(
      { keywords = { "three" }, language = "de", profanity_filter = true },
      meeting.ai_config.transcription
    )
    assert.same(FULL.ai_config.summarization, meeting.ai_config.summarization)
    assert.equal("aws", meeting.recording_config.storage_config.type)
    assert.equal("p", meeting.recording_config.storage_config.path)
    assert.same(meeting, api:data("GET", "/meetings/" .. id))
  end)

  it("bring the default back where a PATCH says null", function()
    local id = create(FULL).id
    local meeting = api:data("PATCH", "/meetings/" .. id, {
      title = calls.null,
      persist_chat = calls.null,
      recording_config = calls.null,
      ai_config = { transcription = calls.null },
    })
    assert.equal(calls.null, meeting.title)
    assert.is_false(meeting.persist_chat)
    assert.is_nil(meeting.recording_config)
    assert.same({ summarization = FULL.ai_config.summarization }, meeting.ai_config)
  end)

  it("refuse a PATCH that leaves them incomplete, and stay as they were", function()
    local meeting = create({ title = "Old" })
    local path = "/meetings/" .. meeting.id
    local status, message = api:failure("PATCH", path, {
      title = "New",
      recording_config = { storage_config = { bucket = "b" } },
    })
    assert.equal(400, status)
    assert.equal('BAD_REQUEST: "recording_config.storage_config.type" is required', message)
    assert.equal(400, (api:failure("PATCH", path, { status = "OPEN" })))
    assert.same(meeting, api:data("GET", path))
  end)

  it("are replaced by PUT, with defaults for what is absent", function()
    local id = create(FULL).id
    api:data("PATCH", "/meetings/" .. id, { status = "INACTIVE" })
    local meeting = api:data("PUT", "/meetings/" .. id, { title = "Only" })
    assert.equal("Only", meeting.title)
    assert.is_false(meeting.persist_chat)
    assert.equal(60, meeting.session_keep_alive_time_in_secs)
    assert.is_nil(meeting.ai_config)
    assert.is_nil(meeting.recording_config)
    assert.equal("INACTIVE", meeting.status)
    assert.equal(422, (api:failure("PUT", "/meetings/" .. id, { status = "ACTIVE" })))
  end)

  it("are listed with one of their configurations, or with none as documented", function()
    local meeting = create(FULL)
    local item = api:data("GET", "/meetings")[1]
    assert.equal("Réunion", item.title)
    assert.is_nil(item.ai_config)
    assert.same(meeting.recording_config, item.recording_config)
    api = calls.new({ documented = true })
    create(FULL)
    assert.is_nil(api:data("GET", "/meetings")[1].recording_config)
  end)

  it("are found by part of the title in any letter case, or of the id", function()
    create({ title = "Daily Standup" })
    local review = create({ title = "Review (100%)" })
    create()
    assert.same({ "Daily Standup" }, api:column("title", "/meetings?search=STAND"))
    assert.same({ "Review (100%)" }, api:column("title", "/meetings?search=(100%25)"))
    assert.same({ review.id }, api:column("id", "/meetings?search=" .. review.id))
    assert.same({}, api:column("id", "/meetings?search=nothing"))
    local _, reply = api:send("GET", "/meetings?search=e&per_page=1")
    assert.equal(2, reply.paging.total_count)
  end)

  it("are found by status", function()
    local id = create({ title = "Closed" }).id
    create({ title = "Open" })
    api:data("PATCH", "/meetings/" .. id, { status = "INACTIVE" })
    assert.same({ "Closed" }, api:column("title", "/meetings?status=INACTIVE"))
    assert.same({ "Open" }, api:column("title", "/meetings?status=ACTIVE"))
    assert.equal(400, (api:failure("GET", "/meetings?status=open")))
  end)

  it("are found by the time of their creation, both ends included", function()
    local first = create({ title = "1" })
    api.emulator:advance(3600)
    local second = create({ title = "2" })
    local function titles(query)
      return api:column("title", "/meetings?" .. query)
    end
    assert.same({ "2" }, titles("start_time=" .. second.created_at))
    assert.same({ "1" }, titles("end_time=" .. first.created_at))
    assert.same({}, titles("start_time=2023-11-15"))
    assert.same({ "2", "1" }, titles("start_time=2023-11-14T22:00:00%2B00:00&end_time=2023-11-15"))
    assert.equal(400, (api:failure("GET", "/meetings?start_time=today")))
  end)

  it("that do not exist are a 404 in the service's envelope", function()
    for _, method in ipairs({ "GET", "PATCH", "PUT" }) do
      local status, message = api:failure(method, "/meetings/" .. UNKNOWN, "{}")
      assert.equal(404, status)
      assert.equal("No meeting found with id " .. UNKNOWN, message)
    end
  end)

  it("ignore the unexplained name of the query", function()
    local id = create({ title = "x" }).id
    assert.equal("x", api:data("GET", "/meetings/" .. id .. "?name=other").title)
  end)
end)
