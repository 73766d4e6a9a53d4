-- SPDX-License-Identifier: MIT
-- chat_rows, transcript_rows and summary_text, on files that the emulator serves.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local has_closing_values = _VERSION >= "Lua 5.4"

-- A session that has ended: Ann has written and said so many things.
local function talk(count, options)
  local emulator = new_emulator(options)
  local client = emulator:client({ runtime = clients.emulated_runtime(emulator) })
  local meeting = assert(client.meetings:create({
    title = "T",
    session_keep_alive_time_in_secs = 0,
    summarize_on_end = true,
  }))
  local ann = assert(meeting:add_participant({
    name = "Ann",
    preset_name = "group_call_host",
    custom_participant_id = "ann",
  }))
  emulator:join({ token = ann.token })
  for index = 1, count do
    emulator:chat({ participant_id = ann.id, text = "text " .. index })
    emulator:speak({ participant_id = ann.id, text = "said " .. index })
  end
  emulator:leave({ participant_id = ann.id })
  emulator:advance(300)
  return assert(meeting:sessions())[1], client, emulator
end

local function texts_of(rows)
  local texts = {}
  for row in rows do
    texts[#texts + 1] = row.payload or row.text
  end
  return texts
end

local function texts(word, count)
  local expected = {}
  for index = 1, count do
    expected[index] = word .. " " .. index
  end
  return expected
end

describe("rtk.resources.jobs.session_rows", function()
  -- Its chat has more than a chunk.
  local LONG = 1000
  local session, client, emulator

  setup(function()
    session, client, emulator = talk(LONG)
  end)

  after_each(function()
    emulator:clear_faults()
    assert.equal(0, client:in_flight())
  end)

  local function count_requests()
    return #emulator:journal()
  end

  it("gives the messages of a chat, by the session and by its id", function()
    assert.same(texts("text", LONG), texts_of(session:chat_rows()))
    local rows = client.sessions:chat_rows(session.id)
    local row = rows()
    assert.same({ "Ann", "TEXT_MESSAGE", session.associated_id, false }, {
      row.display_name,
      row.payload_type,
      row.meeting_id,
      row.pinned,
    })
    local since_start = row.created_at - rtk.time(session.started_at)
    assert.is_true(since_start >= 0 and since_start < 60)
    rows:close()
  end)

  it("gives the sentences of a transcript in any format that it is told to ask for", function()
    local expected = texts("said", LONG)
    assert.same(expected, texts_of(session:transcript_rows()))
    for _, format in ipairs({ "CSV", "JSON", "SRT", "VTT" }) do
      assert.same(expected, texts_of(session:transcript_rows({ format = format })), format)
      local rows = client.sessions:transcript_rows(session.id, { format = format })
      local row = rows()
      assert.equal("Ann", row.display_name)
      assert.equal(format ~= "CSV" and row.start_time + 1.5 or nil, row.end_time)
      rows:close()
    end
  end)

  it("gives the text of a summary", function()
    local text = assert(session:summary_text())
    assert.matches("^# Summary %(general%)\n\nAnn said: said 1 Ann said: said 2 ", text)
    assert.equal(text, client.sessions:summary_text(session.id))
  end)

  it("sends nothing before the first row, and nothing more for a loop that is left", function()
    local before = count_requests()
    local rows, _, _, closing = session:chat_rows()
    assert.equal(before, count_requests())
    assert.equal("text 1", rows().payload)
    assert.equal(before + 2, count_requests())
    assert.equal(1, client:in_flight())
    if has_closing_values then
      getmetatable(closing).__close(closing)
    else
      rows:close()
    end
    assert.equal(0, client:in_flight())
    assert.is_nil(rows())
    assert.equal(before + 2, count_requests())
  end)

  if has_closing_values then
    it("ends the download when a generic for is left", function()
      for row in session:chat_rows() do
        assert.equal(1, client:in_flight())
        if row.payload == "text 2" then break end
      end
    end)
  end

  it("goes on where a connection was lost", function()
    for _, fault in ipairs({
      { kind = "truncate", bytes = 70000 },
      { kind = "truncate", bytes = 1, times = 2 },
      { kind = "status", status = 503 },
    }) do
      fault.operation = "GET /download"
      emulator:fault(fault)
      assert.same(texts("text", LONG), texts_of(session:chat_rows()))
    end
  end)

  it("asks for another link when one has expired", function()
    emulator:fault({ operation = "GET /download", kind = "expired" })
    local before = count_requests()
    assert.same(texts("text", LONG), texts_of(session:chat_rows()))
    assert.equal(before + 4, count_requests())
    emulator:fault({ operation = "GET /download", kind = "expired" })
    assert.matches("^# Summary", session:summary_text())
  end)

  it("raises what keeps it from going on, with the error in err", function()
    local none = client.sessions:transcript_rows("00000000-0000-4000-8000-00000000000f")
    local ok, message = pcall(none)
    assert.is_false(ok)
    assert.matches("No session found", message)
    assert.equal("not_found", none.err.kind)
    local rows = session:chat_rows({ max_bytes = 1000 })
    ok, message = pcall(texts_of, rows)
    assert.is_false(ok)
    assert.equal("too_large", rows.err.kind)
    assert.equal(rows.err.message, message:match("^.-: (.*)$"))
    emulator:fault({ operation = "GET /download", kind = "status", status = 404, times = 9 })
    rows = session:chat_rows()
    assert.is_false((pcall(rows)))
    assert.equal(404, rows.err.status)
  end)

  it("returns why there is no summary", function()
    local text, message, err = client.sessions:summary_text("00000000-0000-4000-8000-00000000000f")
    assert.is_nil(text)
    assert.equal("not_found", err.kind)
    assert.equal(message, err.message)
    text, message, err = session:summary_text({ max_bytes = 10 })
    assert.is_nil(text)
    assert.same({ "too_large", err.message }, { err.kind, message })
  end)

  it("takes no longer a summary than a reply of the API", function()
    local short = emulator:client({ max_response_bytes = 2000 })
    local text, _, err = short.sessions:summary_text(session.id)
    assert.same({ nil, "too_large" }, { text, err and err.kind })
  end)

  it("raises for misuse where it is called", function()
    local function misuse(...)
      return clients.misuse_of(...)
    end
    assert.matches(
      "session_id must be a string",
      misuse(client.sessions.chat_rows, client.sessions)
    )
    assert.matches(
      'unknown option fromat .*; did you mean "format"',
      misuse(function()
        return (session:transcript_rows({ fromat = "CSV" }))
      end)
    )
    assert.matches(
      "format must be one of",
      misuse(session.transcript_rows, session, { format = 1 })
    )
    assert.matches("unknown option resume", misuse(session.chat_rows, session, { resume = false }))
    assert.matches("unknown option renew", misuse(session.summary_text, session, { renew = print }))
    assert.matches("call client.sessions:chat_rows with a colon", misuse(client.sessions.chat_rows))
  end)

  it("shows the progress, and ends when that raises", function()
    local received
    texts_of(session:chat_rows({
      on_progress = function(progress)
        received = progress.received
      end,
    }))
    assert.is_true(received > 100 * LONG)
    local ok, message = pcall(session.summary_text, session, {
      on_progress = function()
        error("enough", 0)
      end,
    })
    assert.same({ false, "enough" }, { ok, message })
  end)

  it("reads several files at once", function()
    local results = rtk.gather({
      function()
        return texts_of(session:chat_rows())
      end,
      function()
        return texts_of(session:transcript_rows())
      end,
      function()
        return texts_of(session:chat_rows())
      end,
    })
    assert.same(texts("text", LONG), results[1][2])
    assert.same(texts("said", LONG), results[2][2])
    assert.same(texts("text", LONG), results[3][2])
  end)

  it("feeds rtk.map, which ends the download when its loop is left", function()
    local mapped = rtk.map(session:chat_rows(), function(row)
      return #row.payload
    end, { concurrency = 2, ordered = true })
    local lengths = {}
    for _, length in mapped do
      lengths[#lengths + 1] = length
      if #lengths == 12 then break end
    end
    assert.same({ 6, 7 }, { lengths[1], lengths[12] })
    assert.equal(1, client:in_flight())
    mapped:close()
  end)

  it("knows a file by what is in it, whatever its name", function()
    local other, _, other_emulator = talk(3, { chat_format = "JSON", transcript_times = "date" })
    assert.same(texts("text", 3), texts_of(other:chat_rows()))
    for row in other:transcript_rows() do
      assert.is_true(row.is_dated)
      assert.is_true(math.abs(row.start_time - other_emulator.clock:now() / 1000) < 400)
    end
  end)
end)
