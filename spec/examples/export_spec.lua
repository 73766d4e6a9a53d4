-- SPDX-License-Identifier: MIT
-- examples/export.lua, against an emulator whose downloads fail.

local example = require("spec.support.examples.example")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local DOWNLOAD = "GET /download"
local SIZE = 3 * 2 ^ 20

describe("the example that exports a day", function()
  -- Noon: what happens is of one day.
  local it_runs = example.around({ emulator = { start_time = 1767268800 } })
  local directory, session, recording, command

  before_each(function()
    directory = workdir.new()
    session, recording = it_runs:hold_class(SIZE)
    command = ("export.lua %s %s"):format(directory, session.started_at:sub(1, 10))
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  local function assert_exported()
    local names = {
      session.id .. "-chat.csv",
      session.id .. "-summary.md",
      session.id .. "-transcript.vtt",
      recording.id .. ".mp4",
    }
    table.sort(names)
    assert.same(names, shell.lines("LC_ALL=C ls " .. directory))
    local prefix = directory .. "/" .. session.id
    assert.truthy(workdir.read(prefix .. "-chat.csv"):find('"I am Bob.\n""Hi"""', 1, true))
    assert.matches("Hello from Ann", workdir.read(prefix .. "-transcript.vtt"))
    assert.matches("^# Summary", workdir.read(prefix .. "-summary.md"))
    local sum = shell.check("sha256sum " .. directory .. "/" .. recording.id .. ".mp4")
    assert.equal(it_runs:sum_of(recording), sum:match("%x+"))
  end

  it("brings everything once, though it runs twice", function()
    local first = it_runs:check(command)
    assert.equal(4, #shell.split(first))
    assert.truthy(first:find(("%s.mp4\t%d"):format(recording.id, SIZE), 1, true), first)
    assert_exported()
    local downloads = it_runs:count(DOWNLOAD)
    assert.equal("", it_runs:check(command))
    assert.equal(downloads, it_runs:count(DOWNLOAD))
    assert.equal("", it_runs:check(("export.lua %s 2001-01-01"):format(directory)))
  end)

  it(
    "brings everything whole although links expire, transfers break and the API is down",
    function()
      for _, fault in ipairs({
        { kind = "expired" },
        { kind = "truncate" },
        { kind = "reset", bytes = 100 },
        { kind = "status", status = 503, envelope = "storage" },
        { kind = "rate_limit", retry_after = 0 },
      }) do
        fault.operation = DOWNLOAD
        it_runs:tell("faults", fault)
      end
      it_runs:tell("faults", { kind = "html", operation = "GET /sessions" })
      it_runs:tell("faults", { kind = "close", operation = "GET /recordings" })
      it_runs:persist(command, 3)
      assert_exported()
    end
  )

  it("goes on in the middle of the file where it was killed", function()
    it_runs:check(command)
    local path = directory .. "/" .. recording.id .. ".mp4"
    os.remove(path)
    it_runs:tell("faults", { kind = "stall", bytes = 2 ^ 20, operation = DOWNLOAD })
    it_runs:interrupt(command, function()
      return #workdir.read(path .. ".part") == 2 ^ 20
    end)
    assert.equal("", workdir.read(path))
    it_runs:check(command)
    local journal = it_runs:tell("journal")
    assert.equal(206, journal[#journal].status)
    assert_exported()
  end)

  it("says what is missing, brings the rest, and exits with 1", function()
    local operation = "GET /sessions/{session_id}/chat"
    it_runs:tell("faults", { kind = "status", status = 403, operation = operation, times = 9 })
    local output, status = it_runs:run(command)
    assert.equal(1, status)
    assert.truthy(output:find(session.id .. "-chat.csv: ", 1, true), output)
    assert.equal(4, #shell.split(output))
    assert.falsy(output:find("Signature", 1, true))
    it_runs:tell("clear_faults")
    assert.equal(1, #shell.split(it_runs:check(command)))
    assert_exported()
    assert.equal(2, select(2, it_runs:run("export.lua " .. directory .. " yesterday")))
  end)

  it("says which session has not ended, and brings it later", function()
    local meeting = assert(it_runs.client.meetings:create({ title = "Logic" }))
    local ann = assert(it_runs.client.meetings:ensure_participant(meeting.id, {
      custom_participant_id = "s1",
      name = "Ann",
      preset_name = "group_call_host",
    }))
    local peer = it_runs:tell("join", { token = ann.token })
    it_runs:tell("chat", { peer_id = peer.id, text = "Hello" })
    local output, status = it_runs:run(command)
    assert.equal(1, status)
    assert.truthy(output:find(peer.session_id .. ": the session has not ended", 1, true), output)
    assert(meeting:close())
    it_runs:tell("advance", { seconds = 60 })
    assert.truthy(it_runs:check(command):find(peer.session_id .. "-chat.csv\t", 1, true))
  end)
end)
