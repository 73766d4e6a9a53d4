-- SPDX-License-Identifier: MIT
-- examples/pipeline.lua, against an emulator whose downloads fail.

local example = require("spec.support.examples.example")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local DOWNLOAD = "GET /download"
local SIZE = 2 ^ 20

describe("the example of a recording pipeline", function()
  local it_runs = example.around()
  local directory, recordings, command

  before_each(function()
    directory = workdir.new()
    recordings = {}
    for index = 1, 3 do
      local meeting = assert(it_runs.client.meetings:create({ title = "Algebra " .. index }))
      recordings[index] = assert(meeting:start_recording())
      it_runs:tell("upload_recording", { id = recordings[index].id, file_size = SIZE + index })
    end
    -- The command notes the sum of each file that it gets.
    workdir.write(directory .. "/note", 'sha256sum "$1" >>' .. directory .. "/sums\n")
    shell.check("mkdir " .. directory .. "/files")
    command = ("pipeline.lua %s/files 'sh %s/note'"):format(directory, directory)
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  -- The command got each file once, and each was whole.
  local function assert_processed()
    local expected, noted = {}, workdir.lines(directory .. "/sums")
    for index, recording in ipairs(recordings) do
      expected[index] = ("%s  %s/files/%s.mp4"):format(
        it_runs:sum_of(recording),
        directory,
        recording.id
      )
    end
    table.sort(expected)
    table.sort(noted)
    assert.same(expected, noted)
  end

  it("runs the command once with each file, though it runs twice", function()
    assert.equal(3, #shell.split(it_runs:check(command)))
    assert.equal("", it_runs:check(command))
    assert.equal(3, it_runs:count(DOWNLOAD))
    assert_processed()
  end)

  it("lets flock keep two that start at once apart", function()
    it_runs:tell("faults", { kind = "latency", delay = 0.3, operation = DOWNLOAD })
    local flock = "flock " .. directory .. " "
    local first, status = it_runs:run_beside(command, function()
      it_runs.wait_for(function()
        return it_runs:count(DOWNLOAD) > 0
      end)
      assert.equal("", (it_runs:run(command, flock)))
    end, flock)
    assert.equal(0, status)
    assert.equal(3, #shell.split(first))
    assert_processed()
  end)

  it("loses no recording when transfers break, links expire and the API is down", function()
    for _, fault in ipairs({
      { kind = "truncate", times = 3 },
      { kind = "expired" },
      { kind = "status", status = 503, envelope = "storage" },
      { kind = "changed" },
    }) do
      fault.operation = DOWNLOAD
      it_runs:tell("faults", fault)
    end
    it_runs:tell("faults", { kind = "html", operation = "GET /recordings/*" })
    it_runs:tell("faults", { kind = "rate_limit", retry_after = 0, operation = "GET /recordings" })
    it_runs:persist(command, 3)
    assert_processed()
  end)

  it("goes on where it was killed", function()
    local files = directory .. "/files/"
    it_runs:tell("faults", { kind = "stall", bytes = 2 ^ 19, operation = DOWNLOAD, times = 3 })
    it_runs:interrupt(command, function()
      local parts = 0
      for _, recording in ipairs(recordings) do
        parts = parts + #workdir.read(files .. recording.id .. ".mp4.part")
      end
      return parts == 3 * 2 ^ 19
    end)
    it_runs:check(command)
    local journal = it_runs:tell("journal")
    assert.equal(206, journal[#journal].status)
    assert_processed()
  end)

  it("waits for one that is uploading, and runs a command that failed again", function()
    local meeting = assert(it_runs.client.meetings:create({ title = "Logic" }))
    recordings[4] = assert(meeting:start_recording())
    it_runs:tell("advance", { seconds = 60 })
    assert(recordings[4]:stop())
    local failing = command:gsub("/note", "/none")
    local output, status = it_runs:run_beside(failing, function()
      it_runs.wait_for(function()
        return it_runs:count("GET /recordings/{recording_id}") > 3
      end)
      it_runs:tell("advance", { seconds = 60 })
    end)
    assert.equal(1, status)
    assert.equal(4, select(2, output:gsub("the command failed", "")), output)
    assert.equal("UPLOADED", recordings[4]:reload().status)
    local downloads = it_runs:count(DOWNLOAD)
    it_runs:check(command)
    assert.equal(downloads, it_runs:count(DOWNLOAD))
    assert_processed()
    assert.equal(2, select(2, it_runs:run("pipeline.lua " .. directory)))
  end)
end)
