-- SPDX-License-Identifier: MIT
-- Downloads, in process: targets, options, parts that are left, and links. What faults do to them
-- is in spec/downloads.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local BYTES = 300000

describe("a download", function()
  local emulator, client, recording, directory, path, events

  before_each(function()
    events = {}
    emulator = new_emulator()
    client = emulator:client({
      on_event = function(event)
        table.insert(events, event)
      end,
    })
    local meeting = assert(client.meetings:create({ title = "Long" }))
    recording = assert(client.recordings:start({ meeting_id = meeting.id, audio_config = {} }))
    directory = workdir.new()
    path = directory .. "/file"
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  local function upload()
    emulator:upload_recording({ id = recording.id, file_size = BYTES })
    return assert(recording:reload())
  end

  local function collect()
    local chunks = {}
    return chunks, function(chunk)
      chunks[#chunks + 1] = chunk
    end
  end

  local function content_of(value)
    local chunks, take = collect()
    assert(value:download(take))
    return table.concat(chunks)
  end

  local function files()
    return table.concat(shell.lines("ls " .. shell.quote(directory)), " ")
  end

  it("gives a file its name, and says what it brought", function()
    upload()
    local result = assert(recording:download(path))
    assert.is_true(shell.read(path) == content_of(recording))
    assert.equal("file", files())
    assert.same(
      { path, BYTES, "video/mp4", 0 },
      { result.path, result.bytes, result.content_type, result.resumed_from }
    )
    assert.truthy(result.etag:find('^"%x+"$'))
    assert.is_true(result.seconds >= 0)
  end)

  it("takes the place of a symbolic link, and leaves alone what that led to", function()
    local other = directory .. "/other"
    workdir.write(other, "other")
    shell.check("ln -s other " .. shell.quote(path))
    upload()
    assert(recording:download(path))
    assert.equal("other", shell.read(other))
    assert.equal(BYTES, #shell.read(path))
    assert.equal("file other", files())
  end)

  it("takes the place of a file that was there", function()
    workdir.write(path, "old")
    upload()
    assert(client.recordings:download(recording.id, path))
    assert.equal(BYTES, #shell.read(path))
  end)

  describe("of a recording that is longer than what is announced", function()
    local SHORT = { operation = "GET /download", kind = "wrong_length", by = -1000 }

    it("goes on with the rest, in a file and in a function", function()
      upload()
      local whole = content_of(recording)
      for _ = 1, 2 do
        emulator:fault(SHORT)
        assert.is_true(content_of(recording) == whole)
      end
      emulator:fault(SHORT)
      assert.equal(BYTES, assert(recording:download(path)).bytes)
      assert.is_true(shell.read(path) == whole)
    end)

    it("fails as for any other reply that is cut short, and leaves the part", function()
      upload()
      SHORT.times = 100
      emulator:fault(SHORT)
      local result, message, err = recording:download(path, { max_retries = 1 })
      assert.is_nil(result)
      assert.same({ "connection", nil }, { err.kind, err.reason })
      assert.matches("the connection ended after 299000 of 300000 bytes", message, 1, true)
      assert.equal("file.part file.part.content", files())
      emulator:clear_faults()
      result = assert(recording:download(path))
      assert.same({ BYTES, 299000 }, { result.bytes, result.resumed_from })
    end)

    it("is whole where the server, asked for the rest, says that there is none", function()
      upload()
      recording.file_size = BYTES + 7
      assert.equal(BYTES, assert(recording:download(path, { max_retries = 1 })).bytes)
      assert.equal(BYTES, #shell.read(path))
      assert.equal(BYTES, #content_of(recording))
      os.remove(path)
      local _, message, err = recording:download(path, { max_retries = 0 })
      assert.equal("connection", err.kind)
      assert.matches("the connection ended after 300000 of 300007 bytes", message, 1, true)
    end)

    it("looks at a size that is text, and at that of a recording that it asked for", function()
      emulator.options.sizes = "string"
      upload()
      assert.equal("string", type(recording.file_size))
      SHORT.times = 2
      emulator:fault(SHORT)
      for _, ask in ipairs({
        function()
          return recording:download(path, { max_retries = 0 })
        end,
        function()
          return client.recordings:download(recording.id, path, { max_retries = 0 })
        end,
      }) do
        assert.equal("connection", select(3, ask()).kind)
      end
    end)

    it("knows nothing of the size of the sound alone", function()
      upload()
      assert(recording:download(path, { audio = true }))
      recording.file_size = 2 ^ 40
      assert(recording:download(path, { audio = true }))
      recording.file_size = "about 3 MB"
      assert(recording:download(path))
    end)
  end)

  it("leaves a part, with which the next one goes on", function()
    upload()
    emulator:fault({ operation = "GET /download", kind = "truncate", bytes = 120000 })
    local result, _, err = recording:download(path, { max_retries = 0 })
    assert.is_nil(result)
    assert.equal("connection", err.kind)
    assert.equal("file.part file.part.content", files())
    assert.equal(120000, #shell.read(path .. ".part"))
    result = assert(recording:download(path))
    assert.equal(120000, result.resumed_from)
    assert.is_true(shell.read(path) == content_of(recording))
    assert.equal("file", files())
  end)

  it("starts over where the part is of another content, or nobody knows of which", function()
    upload()
    for _, note in ipairs({ '{"etag":"\\"other\\""}', "{" }) do
      workdir.write(path .. ".part", ("x"):rep(500))
      workdir.write(path .. ".part.content", note)
      assert.equal(0, assert(recording:download(path)).resumed_from)
      assert.is_true(shell.read(path) == content_of(recording))
    end
    workdir.write(path .. ".part", ("x"):rep(BYTES + 500))
    assert(recording:download(path))
    assert.equal(BYTES, #shell.read(path))
    assert.equal("file", files())
  end)

  it("finds a part that is all of it already", function()
    upload()
    local result = assert(recording:download(path))
    workdir.write(path .. ".part", shell.read(path))
    workdir.write(path .. ".part.content", rtk.encode({ etag = result.etag }))
    os.remove(path)
    assert.equal(BYTES, assert(recording:download(path)).resumed_from)
    assert.is_true(shell.read(path) == content_of(recording))
  end)

  it("keeps and leaves no part with resume = false", function()
    upload()
    workdir.write(path .. ".part", ("x"):rep(500))
    emulator:fault({ operation = "GET /download", kind = "truncate", bytes = 120000 })
    assert.is_nil((recording:download(path, { resume = false, max_retries = 0 })))
    assert.equal("", files())
    assert.equal(0, assert(recording:download(path, { resume = false })).resumed_from)
  end)

  it("does not mix with another one to the same path", function()
    upload()
    local second
    local results = rtk.gather({
      function()
        return assert(recording:download(path, {
          on_progress = function()
            second = second or { recording:download(path) }
          end,
        }))
      end,
    })
    assert.is_true(results[1][1])
    assert.equal("file", second[3].kind)
    assert.equal("locked", second[3].reason)
    assert.is_true(shell.read(path) == content_of(recording))
  end)

  it("goes to an open file, which stays open", function()
    upload()
    local file = assert(io.open(path, "wb"))
    assert(recording:download(file))
    assert.equal("file", io.type(file))
    file:close()
    assert.is_true(shell.read(path) == content_of(recording))
  end)

  it("names what is wrong with the disk", function()
    upload()
    local result, message, err = recording:download(directory .. "/none/file")
    assert.is_nil(result)
    assert.same({ "file", "write" }, { err.kind, err.reason })
    assert.truthy(message:find(directory .. "/none/file.part", 1, true))
    local count = #emulator:journal()
    result, message, err = recording:download(directory)
    assert.is_nil(result)
    assert.same({ "file", "write" }, { err.kind, err.reason })
    assert.truthy(message:find("it is a directory (" .. directory .. ")", 1, true), message)
    assert.equal(count, #emulator:journal())
    local full = assert(io.open("/dev/full", "wb"))
    err = select(3, recording:download(full))
    full:close()
    assert.same({ "file", "disk_full" }, { err.kind, err.reason })
    shell.check("mkdir " .. shell.quote(path))
    err = select(3, recording:download(path))
    assert.same({ "file", "write" }, { err.kind, err.reason })
    assert.equal(0, client:in_flight())
  end)

  it("hands a function its chunks one after the other, and lets it wait", function()
    upload()
    local running, bytes = 0, 0
    assert(recording:download(function(chunk)
      running = running + 1
      assert(running == 1 and #chunk <= 128 * 1024)
      assert(client.meetings:list())
      rtk.sleep(0.001)
      bytes, running = bytes + #chunk, running - 1
    end))
    assert.equal(BYTES, bytes)
  end)

  it("ends when the function says so, or raises", function()
    upload()
    local count = 0
    local result, message, err = recording:download(function()
      count = count + 1
      return false
    end)
    assert.same({ 1, "cancelled" }, { count, err.kind })
    assert.is_nil(result)
    assert.truthy(message:find("the target returned false, which stops it", 1, true))
    err = select(
      3,
      recording:download(function()
        return nil, "no room"
      end)
    )
    assert.equal("file", err.kind)
    assert.truthy(err.message:find("^no room"))
    message = select(
      2,
      recording:download(function()
        return nil, setmetatable({}, { __tostring = error })
      end)
    )
    assert.truthy(message:find("^an error that cannot be shown"))
    local ok, raised = pcall(recording.download, recording, function()
      error({ mine = true })
    end)
    assert.is_false(ok)
    assert.is_true(raised.mine)
    assert.equal(0, client:in_flight())
    assert.equal(0, client._channel.transport:pending())
  end)

  it("reports how far it is, at most ten times a second, and at the end", function()
    upload()
    emulator:fault({ operation = "GET /download", kind = "slow", rate = 1000000 })
    local reports = {}
    local result = assert(recording:download(path, {
      on_progress = function(progress)
        reports[#reports + 1] = progress
      end,
    }))
    assert.is_true(#reports >= 2)
    assert.is_true(#reports <= result.seconds * 10 + 2)
    for index, report in ipairs(reports) do
      assert.equal(BYTES, report.total)
      local before = reports[index - 1]
      assert.is_true(not before or before.received <= report.received)
    end
    assert.equal(BYTES, reports[#reports].received)
  end)

  it("raises what on_progress raises, and leaves the part", function()
    upload()
    assert.has_error(function()
      recording:download(path, {
        on_progress = function()
          error("stop it", 0)
        end,
      })
    end, "stop it")
    assert.equal(0, client:in_flight())
    assert.is_nil(files():match("^file$"))
  end)

  it("takes no more than max_bytes", function()
    upload()
    for _, with in ipairs({ "latency", "chunked" }) do
      emulator:fault({ operation = "GET /download", kind = with })
      local err = select(3, recording:download(path, { max_bytes = BYTES - 1 }))
      assert.equal("too_large", err.kind)
    end
    assert(recording:download(path, { max_bytes = BYTES }))
  end)

  it("ends after its timeout, however often it is tried", function()
    client = emulator:client({ virtual_time = true })
    recording = client.recordings:get(upload().id)
    emulator:fault({ operation = "GET /download", kind = "close", times = 100 })
    local err = select(3, recording:download(path, { timeout = 30, max_retries = 100 }))
    assert.equal("connection", err.kind)
    assert.truthy(err.message:find("; timeout left no time for another attempt", 1, true))
    emulator:clear_faults()
    emulator:fault({ operation = "GET /download", kind = "stall", bytes = 10, times = 100 })
    err = select(3, recording:download(path, { timeout = 10 }))
    assert.equal("timeout", err.kind)
  end)

  it("is stalled when it is slower than min_speed for stall_timeout", function()
    upload()
    emulator:fault({ operation = "GET /download", kind = "slow", rate = 100 })
    local options = { min_speed = 1000, stall_timeout = 1, max_retries = 0 }
    local err = select(3, recording:download(path, options))
    assert.same({ "timeout", "stalled" }, { err.kind, err.reason })
  end)

  it("asks for a fresh link when the one there is has expired", function()
    local link = upload().download_url
    recording.download_url, recording.download_url_expiry =
      "https://old.example", "2020-01-01T00:00:00Z"
    assert(recording:download(path))
    emulator:fault({ operation = "GET /download", kind = "expired", times = 2 })
    local err = select(3, client:download(link, path))
    assert.same({ "permission", "expired" }, { err.kind, err.reason })
    assert.truthy(err.message:find("HTTP 403 AccessDenied, the link has expired", 1, true))
    local renewed = 0
    assert(client:download(link, path, {
      renew = function()
        renewed = renewed + 1
        return client.recordings:get(recording.id).download_url
      end,
    }))
    assert.equal(1, renewed)
  end)

  it("fails with the failure of the API when that gives no link", function()
    upload()
    emulator:fault({ operation = "GET /recordings/{recording_id}", kind = "status", status = 403 })
    local err = select(3, client.recordings:download(recording.id, path))
    assert.equal("GET /recordings/{recording_id}", err.operation)
    assert.equal("permission", err.kind)
    err = select(3, client.recordings:download("00000000-0000-4000-8000-00000000dead", path))
    assert.equal("not_found", err.kind)
  end)

  it("says that a recording is not ready", function()
    local result, message, err = recording:download(path)
    assert.is_nil(result)
    assert.same({ "not_found", "not_ready" }, { err.kind, err.reason })
    assert.truthy(message:find("the recording is INVOKED and has no file yet", 1, true))
    assert.equal("", files())
    upload()
    emulator:advance(30 * 86400)
    err = select(3, client.recordings:download(recording.id, path))
    assert.same({ "not_found", "no_file" }, { err.kind, err.reason })
  end)

  it("of a recording's sound is another file", function()
    upload()
    assert.equal("audio/mpeg", assert(recording:download(path, { audio = true })).content_type)
  end)

  it("of a recording of tracks names a layer and a file", function()
    local meeting = assert(client.meetings:create({ title = "Tracks" }))
    for _, name in ipairs({ "Ann", "Bob" }) do
      local participant = assert(meeting:add_participant({
        custom_participant_id = name,
        name = name,
        preset_name = "group_call_host",
      }))
      emulator:join({ meeting_id = meeting.id, participant_id = participant.id })
    end
    local tracks = assert(client.recordings:start_track({ meeting_id = meeting.id }))
    emulator:advance(60)
    client.active_session:kick_all(meeting.id)
    emulator:advance(3600)
    local found = client.recordings:get(tracks.id or client.recordings:list()[1].id)
    local layer = found.download_url[1]
    local names = {}
    for name in pairs(layer.download_urls) do
      names[#names + 1] = name
    end
    assert.equal(2, #names)
    local _, message, err = found:download(path)
    assert.equal("invalid", err.kind)
    assert.truthy(message:find(names[1], 1, true) and message:find(names[2], 1, true), message)
    for _, name in ipairs(names) do
      local result = assert(found:download(path, { layer = layer.layer_name, file = name }))
      assert.equal("video/webm", result.content_type)
    end
    err = select(3, found:download(path, { layer = "none" }))
    assert.equal("not_found", err.kind)
  end)

  it("is seen by on_event like a call", function()
    upload()
    emulator:fault({ operation = "GET /download", kind = "close" })
    events = {}
    assert(recording:download(path))
    local types = {}
    for _, event in ipairs(events) do
      types[#types + 1] = event.type
      assert.equal("GET download", event.operation)
      assert.truthy(event.url:find("^http://[^/]+$"), event.url)
    end
    assert.same({ "request", "response", "retry", "request", "call" }, types)
    assert.same({ "success", 2 }, { events[5].outcome, events[5].attempts })
  end)

  it("is ended by closing the client", function()
    upload()
    local results = rtk.gather({
      function()
        return recording:download(function()
          client:close()
        end)
      end,
    })
    assert.is_true(results[1][1])
    assert.is_nil(results[1][2])
    assert.equal("cancelled", results[1][4].kind)
    assert.truthy(clients
      .misuse_of(function()
        recording:download(path)
      end)
      :find("the client is closed", 1, true))
  end)

  it("leaves its file to the next download when its task is cancelled", function()
    upload()
    local function cancel_one()
      local task = rtk.spawn(function()
        return recording:download(path)
      end)
      rtk.sleep(0)
      assert.equal(1, client:in_flight())
      task:cancel()
    end
    cancel_one()
    -- LuaJIT closes no coroutines, and leaves what they have begun to the collector.
    if _VERSION == "Lua 5.1" then
      collectgarbage()
      collectgarbage()
    end
    assert.equal(0, client:in_flight())
    assert.equal(BYTES, assert(recording:download(path)).bytes)
  end)

  it("raises for targets and options that are none", function()
    upload()
    local function misuse(...)
      local arguments = { ... }
      return clients.misuse_of(function()
        recording:download(unpack(arguments, 1, 2))
      end)
    end
    local unknown = "target must be a path, an open file or a function, got "
    assert.truthy(misuse(nil):find(unknown .. "nothing", 1, true))
    assert.truthy(misuse(""):find(unknown .. "an empty string", 1, true))
    assert.truthy(misuse({}):find(unknown .. "a table", 1, true))
    assert.truthy(misuse("a\0b"):find("target must not contain NUL", 1, true))
    local file = assert(io.open(path, "wb"))
    file:close()
    assert.truthy(misuse(file):find("target is a file that is closed", 1, true))
    assert.truthy(misuse(path, { resum = true }):find('did you mean "resume"?', 1, true))
    assert.truthy(misuse(path, { max_bytes = -1 }):find("max_bytes", 1, true))
    assert.truthy(misuse(path, { on_progress = 1 }):find("on_progress", 1, true))
    assert.truthy(clients
      .misuse_of(function()
        client.sessions:download_transcript("s", path, { format = "PDF" })
      end)
      :find("format must be one of CSV JSON SRT VTT", 1, true))
    assert.truthy(clients
      .misuse_of(function()
        client:download(nil, path)
      end)
      :find("the link to download must be a string", 1, true))
  end)
end)

describe("the downloads of a session", function()
  it("are its chat, its transcript in each format, and its summary", function()
    local emulator = new_emulator()
    local client = emulator:client()
    local meeting = assert(client.meetings:create({
      title = "Talk",
      summarize_on_end = true,
      ai_config = { transcription = { language = "en-US" } },
    }))
    local participant = assert(meeting:add_participant({
      custom_participant_id = "ann",
      name = "Ann",
      preset_name = "group_call_host",
    }))
    emulator:join({ meeting_id = meeting.id, participant_id = participant.id })
    emulator:chat({ participant_id = participant.id, text = "Hello, all" })
    emulator:speak({ participant_id = participant.id, text = "Good morning" })
    client.active_session:kick_all(meeting.id)
    emulator:advance(3600)
    local session = client.sessions:list()[1]
    local function text_of(kind, options)
      local chunks = {}
      assert(session["download_" .. kind](session, function(chunk)
        chunks[#chunks + 1] = chunk
      end, options))
      return table.concat(chunks)
    end
    assert.truthy(text_of("chat"):find("Hello, all", 1, true))
    assert.truthy(text_of("transcript"):find('"Good morning"', 1, true))
    assert.truthy(text_of("transcript", { format = "SRT" }):find("-->", 1, true))
    assert.truthy(text_of("transcript", { format = "VTT" }):find("^WEBVTT"))
    assert.is_true(#text_of("summary") > 0)
  end)
end)
